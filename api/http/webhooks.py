"""Webhooks, for admins: who is told of what happens to plans. /v1/webhooks."""

from typing import Annotated, get_args

from flask import Response
from pydantic import Field
from pydantic.dataclasses import dataclass

from api.http.answers import answer, nothing
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, parse_json, read_raw
from api.http.contract import ADMINS, contract
from api.http.parameters import IdPath, once
from api.http.ports import ports, principal
from api.usecases.trail import ChangeKind
from api.usecases.webhooks import hooks
from api.usecases.webhooks.hooks import CreatedWebhook, Delivery, Webhook
from optimiser.domain.base import CONFIG


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class WebhookRequest:
    """Where to call, and of which kinds of change; all of them by default."""

    url: Annotated[str, Field(max_length=2000)]
    events: Annotated[tuple[ChangeKind, ...], Field(min_length=1, max_length=20)] = get_args(
        ChangeKind
    )


@dataclass(frozen=True, slots=True, config=CONFIG)
class WebhookList:
    """All webhooks, without their secrets."""

    items: tuple[Webhook, ...]


@dataclass(frozen=True, slots=True, config=CONFIG)
class DeliveryList:
    """The latest deliveries, newest first."""

    items: tuple[Delivery, ...]


def blueprint() -> APIBlueprint:
    """Create, list, get, delete, deliveries."""
    made = resource("webhooks", "/v1/webhooks")
    made.post("", summary="Be told of what happens to plans")(post_webhook)
    made.get("", summary="All webhooks, without their secrets")(list_webhooks)
    made.get("/<id>", summary="One webhook, without its secret")(get_webhook)
    made.delete("/<id>", summary="End a webhook")(delete_webhook)
    made.get("/<id>/deliveries", summary="What a webhook was told")(get_deliveries)
    return made


@contract(
    *ADMINS,
    gives={201: CreatedWebhook},
    takes={JSON: WebhookRequest},
    headers={201: ("Location",)},
    accepts=("Idempotency-Key",),
    refuses=("invalid", "idempotency_key_reused", "secret_shown_once"),
)
def post_webhook() -> Response:
    """Calls come from a worker, at least once each, signed with the secret, which is shown here
    and never again: `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over
    `webhook-id`.`webhook-timestamp`.body. Refuse what is older than five minutes or was seen.
    """
    at, raw = ports(), read_raw(ports().settings.max_body_bytes, {JSON})[0]
    wanted = parse_json(WebhookRequest, raw)
    made = hooks.create_webhook(
        at.db,
        url=wanted.url,
        events=wanted.events,
        by=principal().key_id,
        now=at.clock(),
        once=once(raw),
    )
    return answer(made, 201, headers={"Location": f"/v1/webhooks/{made.webhook.id}"})


@contract(*ADMINS, gives={200: WebhookList})
def list_webhooks() -> Response:
    return answer(WebhookList(hooks.list_webhooks(ports().db)))


@contract(*ADMINS, gives={200: Webhook}, refuses=("not_found",))
def get_webhook(path: IdPath) -> Response:
    return answer(hooks.get_webhook(ports().db, path.id))


@contract(*ADMINS, gives={204: None}, refuses=("not_found",))
def delete_webhook(path: IdPath) -> Response:
    """At once; what it was still to be told is dropped."""
    at, by = ports(), principal().key_id
    hooks.delete_webhook(at.db, path.id, now=at.clock(), by=by)
    return nothing()


@contract(*ADMINS, gives={200: DeliveryList}, refuses=("not_found",))
def get_deliveries(path: IdPath) -> Response:
    return answer(DeliveryList(hooks.list_deliveries(ports().db, path.id)))
