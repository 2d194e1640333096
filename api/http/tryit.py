"""The page to try the interface on, with its own assets: /openapi/."""

from importlib.resources import files
from mimetypes import guess_type

from flask import Response, current_app

from api.http.answers import answer, tagged
from api.http.blueprints import APIBlueprint, resource
from api.http.contract import Media, contract
from api.http.parameters import Parameters
from api.http.problems import Refused

CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI sets styles on its elements and draws icons from data: URLs; scripts come from
this server only."""

_ASSETS = {
    "swagger-ui.css": "css/swagger-ui.css",
    "swagger-ui-bundle.js": "js/swagger-ui-bundle.js",
    "swagger.svg": "images/swagger.svg",
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>binrounds: try the interface</title>
  <link rel="icon" href="assets/swagger.svg">
  <link rel="stylesheet" href="assets/swagger-ui.css">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="assets/swagger-ui-bundle.js"></script>
  <script src="start.js"></script>
</body>
</html>
"""

_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""


class AssetPath(Parameters):
    """The name of an asset."""

    name: str


def blueprint() -> APIBlueprint:
    """The document, the page and what it is made of."""
    made = resource("openapi", "/openapi", tag="document")
    made.get("/openapi.json", summary="This document")(document)
    made.get("/", summary="The page to try it")(page)
    made.get("/start.js", summary="The page's script")(start)
    made.get("/assets/<name>", summary="The page's assets")(asset)
    return made


@contract(gives={200: dict[str, object]})
def document() -> Response:
    """This document."""
    return answer(current_app.api_doc)  # type: ignore[attr-defined]  # the app is a DocumentedApp


@contract(gives={200: Media("text/html")})
def page() -> Response:
    """The page: choose a route, give a key, send a request."""
    return Response(_PAGE, mimetype="text/html", headers={"Content-Security-Policy": CSP})


@contract(gives={200: Media("text/javascript")})
def start() -> Response:
    """What starts the page; a file of its own, for inline scripts are forbidden."""
    return Response(_START, mimetype="text/javascript")


@contract(gives={200: Media("*/*"), 304: None}, refuses=("not_found",))
def asset(path: AssetPath) -> Response:
    """A stylesheet, a script or a picture of the page."""
    if path.name not in _ASSETS:
        raise Refused("not_found", f"there is no asset {path.name!r}")
    file = files("flask_openapi3_swagger") / "templates" / "swagger" / _ASSETS[path.name]
    media_type = guess_type(path.name)[0]
    return tagged(Response(file.read_bytes(), mimetype=media_type))
