"""The API: what it answers, and what it answers to bad input."""

import json
import logging

import jsonschema
import pytest
from flask.testing import FlaskClient

from model import Analyzer
from model.store import ARTIFACT, DEFAULT_PROFILE, read_manifest
from model.types import PROFILES, Profile
from service import create_app
from service.openapi import openapi
from service.schemas import MAX_BODY
from service.settings import Settings, SettingsError
from tests.texts import TEXTS

ACCUSING = "The minister has pocketed the money and lied about it. This shameful gang of thieves is bleeding us dry!"
WORD = "Zaubertrank"


def post(client: FlaskClient, body: object, **headers: str) -> tuple[int, dict[str, object]]:
    answer = client.post("/v1/analyze", json=body, headers=headers)
    return answer.status_code, answer.get_json()


def test_analyze_answers_what_the_model_says(client: FlaskClient, analyzer: Analyzer) -> None:
    assert post(client, {"text": ACCUSING, "id": "a1"}) == (200, {"id": "a1", **analyzer.analyze(ACCUSING).to_dict()})
    assert post(client, {"text": ACCUSING}) == (200, analyzer.analyze(ACCUSING).to_dict())
    assert post(client, {"text": "", "id": None}) == (200, analyzer.analyze("").to_dict())


@pytest.mark.parametrize("text", [text for text in TEXTS if text.isprintable() or "\ud800" not in text])
def test_offsets_of_nasty_texts_hold_over_http(client: FlaskClient, text: str) -> None:
    status, body = post(client, {"text": text})
    assert status == 200
    flags = body["flags"]
    assert isinstance(flags, list)
    assert all(text[flag["start"] : flag["end"]] == flag["text"] for flag in flags)


JSON = "application/json"
BAD = [
    ("not json", b"{", JSON, 400),
    ("empty body", b"", JSON, 400),
    ("bad UTF-8", b'{"text": "\xff\xfe"}', JSON, 400),
    ("UTF-16", '{"text": "a"}'.encode("utf-16"), JSON, 400),
    ("lone surrogate", b'{"text": "\\ud800"}', JSON, 400),
    ("trailing comma", b'{"text": "a",}', JSON, 400),
    ("NaN", b'{"text": NaN}', JSON, 422),
    ("deep nesting", b"[" * 100_000, JSON, 400),
    ("a list", b'[{"text": "a"}]', JSON, 422),
    ("a string", b'"text"', JSON, 422),
    ("null", b"null", JSON, 422),
    ("no text", b"{}", JSON, 422),
    ("null text", b'{"text": null}', JSON, 422),
    ("number as text", b'{"text": 1}', JSON, 422),
    ("list as text", b'{"text": ["a"]}', JSON, 422),
    ("number as id", b'{"text": "a", "id": 1}', JSON, 422),
    ("long id", b'{"text": "a", "id": "' + b"i" * 201 + b'"}', JSON, 422),
    ("unknown field", b'{"text": "a", "txet": "b"}', JSON, 422),
    ("plain text", b"They lied.", "text/plain", 415),
    ("form", b"text=They+lied.", "application/x-www-form-urlencoded", 415),
    ("no type", b'{"text": "a"}', None, 415),
    ("another charset", b'{"text": "a"}', "application/json; charset=latin-1", 415),
    ("one byte too large", b'{"text": "' + b"a" * (MAX_BODY - 11) + b'"}', JSON, 413),
    ("too large", b'{"text": "' + b"a" * MAX_BODY + b'"}', JSON, 413),
]


@pytest.mark.parametrize(("body", "content_type", "status"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input_is_a_problem(client: FlaskClient, body: bytes, content_type: str | None, status: int) -> None:
    answer = client.post("/v1/analyze", data=body, content_type=content_type)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    problem = json.loads(answer.data)
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert problem["title"]
    assert problem["detail"]


def test_a_body_of_just_the_limit_passes(client: FlaskClient) -> None:
    assert post(client, {"text": " " * (MAX_BODY - 12)})[0] == 200


def test_many_wrong_fields_are_told_in_few_words(client: FlaskClient) -> None:
    answer = client.post("/v1/analyze", json={"text": "a"} | {f"field{i}": 1 for i in range(10_000)})
    assert answer.status_code == 422
    assert len(answer.data) < 2_000


def test_a_wrong_field_is_named() -> None:
    client = create_app(Settings()).test_client()
    _, body = post(client, {"text": 1, "id": 2})
    assert body["errors"] == [
        {"field": "text", "message": "Input should be a valid string."},
        {"field": "id", "message": "Input should be a valid string."},
    ]
    _, body = post(client, {"text": "a", WORD: 1})
    assert body["errors"] == [{"field": "", "message": "Unknown field; the fields are text, id."}]


@pytest.mark.parametrize(
    "body",
    [
        f'{{"text": "{WORD}"',
        f'{{"text": ["{WORD}"]}}',
        f'{{"{WORD}": 1}}',
        f'{{"text": "a", "id": {{"{WORD}": 1}}}}',
        f'{{"text": "a", "id": "{WORD * 100}"}}',
        f'{{"text": "a", "{WORD}": "{WORD}"}}',
        f'{{"text": "{WORD} lied.", "id": "{WORD}"}}',
        WORD,
    ],
)
def test_the_text_reaches_no_error_and_no_log(client: FlaskClient, caplog: pytest.LogCaptureFixture, body: str) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/v1/analyze", data=body, content_type=JSON)
        client.get(f"/{WORD}?text={WORD}")
        client.open("/v1/analyze", method=WORD.upper())
    assert answer.status_code == 200 or WORD.encode() not in answer.data
    assert caplog.records
    assert WORD.lower() not in caplog.text.lower()


def test_a_fault_of_ours_is_a_problem_and_logged_without_the_text(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings())
    app.extensions["analyzer"] = None
    answer = app.test_client().post("/v1/analyze", json={"text": WORD})
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "AttributeError at" in caplog.text
    assert WORD not in caplog.text + answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1", 404),
        ("POST", "/v1//analyze?q=Zaubertrank", 404),
        ("POST", "/v1/analyze/", 404),
        ("POST", "/v2/analyze", 404),
        ("GET", "/v1/analyze", 405),
        ("POST", "/healthz", 405),
    ],
)
def test_unknown_routes_and_methods(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    if status == 405:
        assert answer.headers["Allow"]


def test_health_and_model(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert client.get("/readyz").get_json() == {"status": "ready"}
    assert client.get("/v1/model").get_json() == {"profile": DEFAULT_PROFILE, **read_manifest(ARTIFACT)}


def test_openapi_describes_every_route_and_every_answer(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    assert document == openapi()
    assert document["openapi"].startswith("3.1")
    routes = {rule.rule for rule in create_app(Settings()).url_map.iter_rules()}
    assert set(document["paths"]) == routes

    def check(name: str, body: object) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema.validate(body, schema, cls=jsonschema.Draft202012Validator)

    for text in [ACCUSING, *[text for text in TEXTS if "\ud800" not in text]]:
        check("AnalyzeAnswer", post(client, {"text": text, "id": "x"})[1])
        check("AnalyzeRequest", {"text": text})
    check("ProblemAnswer", post(client, {"text": 1})[1])
    check("Health", client.get("/healthz").get_json())


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"PORT": "http"}, "PORT is 'http'; set it to a whole number from 1 to 65535"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"WORKERS": "-1"}, "WORKERS"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings.from_environment(environment)


def test_settings_have_defaults_and_are_read() -> None:
    assert Settings.from_environment({"HOST": "", "WORKERS": "3"}).workers == 3
    settings = Settings.from_environment({"HOST": "::1", "PORT": "81", "HEARSAY_ARTIFACT": "other"})
    assert (settings.host, settings.port, str(settings.artifact)) == ("::1", 81, "other")
    assert Settings.from_environment({}).host == "127.0.0.1"
    assert Settings.from_environment({}).profile == "contextual"


@pytest.mark.parametrize("profile", PROFILES)
def test_a_setting_chooses_the_profile(profile: Profile) -> None:
    client = create_app(Settings.from_environment({"HEARSAY_PROFILE": profile})).test_client()
    manifest = client.get("/v1/model").get_json()
    assert manifest["profile"] == profile
    info = {"name": manifest["name"], "version": manifest["version"], "profile": profile}
    status, body = post(client, {"text": "They lied."})
    assert (status, body["model"]) == (200, info | {"digest": manifest["profiles"][profile]["parameters"]})


def test_another_profile_is_refused() -> None:
    with pytest.raises(SettingsError, match="HEARSAY_PROFILE is 'best'; set it to lexical or contextual"):
        Settings.from_environment({"HEARSAY_PROFILE": "best"})
