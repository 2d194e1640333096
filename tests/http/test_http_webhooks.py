from http_scene import TODAY, Callers, ok, refused

HOOK = {"url": "https://hooks.example/plans", "events": ["queued"]}


def test_a_webhook_is_made_told_and_ended(callers: Callers) -> None:
    admin = callers.admin
    made = admin.post("/v1/webhooks", HOOK)
    body = ok(made, 201)
    path = made.headers["Location"]
    assert path == f"/v1/webhooks/{body['webhook']['id']}"
    assert body["secret"].startswith("whsec_")
    assert body["secret"] not in admin.get("/v1/webhooks").get_data(as_text=True)
    assert ok(admin.get(path)) == body["webhook"]
    ok(callers.dispatcher.post("/v1/plans", {"service_date": TODAY}), 202)
    (told,) = ok(admin.get(f"{path}/deliveries"))["items"]
    assert (told["kind"], told["state"], told["tries"]) == ("queued", "waiting", 0)
    assert admin.delete(path).status_code == 204
    for gone in (path, f"{path}/deliveries"):
        refused(admin.get(gone), 404, "not_found")


def test_a_repeated_request_makes_one_webhook(callers: Callers) -> None:
    key = {"Idempotency-Key": "k"}
    ok(callers.admin.post("/v1/webhooks", HOOK, headers=key), 201)
    refused(callers.admin.post("/v1/webhooks", HOOK, headers=key), 409, "secret_shown_once")
    assert len(ok(callers.admin.get("/v1/webhooks"))["items"]) == 1


def test_a_wrong_webhook_is_422(callers: Callers) -> None:
    for change in ({"url": "http://127.0.0.1/"}, {"events": []}, {"events": ["rain"]}, {"x": 1}):
        refused(callers.admin.post("/v1/webhooks", HOOK | change), 422, "invalid")
