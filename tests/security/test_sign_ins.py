"""Cookies, passwords and sign-ins: what the browser is given, and what is believed when it comes back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask.sessions import session_json_serializer
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select, update

from app import create_app
from app.actions.passwords import hash_password, require_good
from app.config import Config
from app.records import User, UserSession, db
from app.records.database import let_go, reading
from tests import cast
from tests.security.conftest import EMAIL, Site

COOKIE = "__Host-voorwaarts"
LONG = "Vijf  blauwe Ãnkers op ’t 漢字 plein & één KAT (2027)!? "  # with two blanks, and one at the end


# ---- cookies


def test_every_cookie_is_for_this_host_over_tls_only_and_for_no_script(site: Site) -> None:
    browser = site.browser()
    answers = [
        site.ask(browser, "/sign-in"),
        site.sign_in(browser),
        site.ask(browser, "/preferences/language", "POST", data={"language": "en"}),
        site.ask(browser, "/preferences/theme", "POST", data={"theme": "dark"}),
        site.ask(browser, "/sign-out", "POST"),
    ]
    cookies = [one for answer in answers for one in answer.headers.getlist("Set-Cookie")]
    assert {one.partition("=")[0] for one in cookies} == {COOKIE, "__Host-language", "__Host-theme"}
    for one in cookies:
        parts = {part.strip() for part in one.split(";")}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts, one
        assert not any(part.startswith("Domain=") for part in parts), one


def test_a_choice_of_language_or_look_is_read_back_from_its_cookie(site: Site) -> None:
    browser = site.browser()
    site.ask(browser, "/preferences/language", "POST", data={"language": "en"})
    site.ask(browser, "/preferences/theme", "POST", data={"theme": "dark"})
    page = site.ask(browser, "/sign-in", headers={"Accept-Language": "nl"}).text
    assert '<html lang="en" data-theme="dark"' in page


def test_over_tls_every_answer_says_to_stay_there(site: Site) -> None:
    browser = site.browser()
    for path, method in (("/sign-in", "GET"), ("/", "GET"), ("/nowhere", "GET"), ("/static/mark.svg", "GET"),
                         ("/health", "GET"), ("/sign-in", "POST"), ("/sign-out", "GET")):  # fmt: skip
        told = site.ask(browser, path, method).headers["Strict-Transport-Security"]
        assert told == "max-age=31536000; includeSubDomains", path


def test_who_signs_out_leaves_nothing_behind_in_the_browser(site: Site) -> None:
    browser = site.browser()
    site.sign_in(browser)
    answer = site.ask(browser, "/sign-out", "POST")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    with browser.session_transaction(base_url=f"https://{site.stage.app.config['TRUSTED_HOSTS'][0]}") as session:
        assert "_user_id" not in session


# ---- tokens


@pytest.fixture
def cookie(region: cast.Stage) -> str:
    browser = region.browser("housing_officer")
    found = browser.get_cookie("voorwaarts")
    assert found is not None and status(region, found.value) == 200
    return found.value


def status(region: cast.Stage, value: str) -> int:
    thief = region.browser()
    thief.set_cookie("voorwaarts", value)
    return thief.get("/").status_code


def signed(region: cast.Stage, key: str, salt: str = "cookie-session", digest: object = hashlib.sha256) -> str:
    """A cookie of the housing officer's sign-in, made as ours is but for what is said."""
    with region.app.app_context():
        let_go()
        session_id = reading().scalars(select(UserSession.id).order_by(UserSession.began_at.desc())).first()
    assert session_id is not None
    how = {"key_derivation": "hmac", "digest_method": digest}
    made = URLSafeTimedSerializer(key, salt=salt, serializer=session_json_serializer, signer_kwargs=how)
    return str(made.dumps({"_user_id": session_id.hex, "_fresh": True}))


def test_a_cookie_changed_at_any_place_is_nobodys(region: cast.Stage, cookie: str) -> None:
    for place in range(0, len(cookie), 3):
        other = "A" if cookie[place] != "A" else "B"
        if place != len(cookie) - 1:  # of the last letter some bits count for nothing
            assert status(region, cookie[:place] + other + cookie[place + 1 :]) == 302, place
    body, _, rest = cookie.partition(".")
    for made in (body, f"{body}.", f"{body}..", f"{body}.{rest.partition('.')[0]}.", "", ".", "null"):
        assert status(region, made) == 302


def test_only_our_key_our_algorithm_and_our_purpose_make_a_cookie(region: cast.Stage, cookie: str) -> None:
    key = region.app.config["SECRET_KEY"]
    assert status(region, signed(region, key)) == 200, "made this way it is believed"
    assert status(region, signed(region, "k" * 64)) == 302, "the key of another installation"
    assert status(region, signed(region, "")) == 302
    assert status(region, signed(region, key, digest=hashlib.sha1)) == 302
    assert status(region, signed(region, key, digest=hashlib.md5)) == 302
    assert status(region, signed(region, key, salt="wtf-csrf-token")) == 302, "made to protect a form"
    assert cookie.count(".") == 2 and "alg" not in str(session_json_serializer.dumps({"a": 1}))


def test_each_token_is_new_unlike_any_other_and_of_128_bits_from_the_system(region: cast.Stage) -> None:
    for _ in range(300):
        region.browser("housing_officer")
    with region.app.app_context():
        let_go()
        made = list(reading().scalars(select(UserSession.id)))
    assert len(set(made)) == len(made) >= 300
    always = [bit for bit in range(128) if len({one.int >> bit & 1 for one in made}) == 1]
    assert always == [], "no bit is fixed, as some of a uuid are"


def test_a_sign_in_begins_only_by_what_a_person_sends(region: cast.Stage) -> None:
    said = {"email": EMAIL, "password": cast.PASSWORD}
    browser = region.browser()
    assert browser.get("/sign-in", query_string=said).status_code == 200
    assert browser.get("/", query_string=said, auth=(EMAIL, cast.PASSWORD)).status_code == 302
    claims = {"X-User": EMAIL, "Remote-User": EMAIL, "Authorization": "Bearer x"}
    assert browser.get("/", headers=claims).status_code == 302
    with region.app.app_context():
        let_go()
        assert reading().scalar(select(func.count()).select_from(UserSession)) == 0


def test_as_many_sign_ins_may_last_beside_each_other_as_somebody_has_browsers(region: cast.Stage) -> None:
    browsers = [region.browser("housing_officer") for _ in range(12)]
    assert all(one.get("/").status_code == 200 for one in browsers)
    assert browsers[0].get("/sessions").text.count("/end\"") >= 12


# ---- passwords


@pytest.fixture
def set_password(region: cast.Stage) -> Iterator[object]:
    """Lets the housing officer have this password, if that may be one."""

    def change(password: str) -> None:
        require_good(password, "Jeroen Bakker A", EMAIL)
        made = hash_password(password)
        with region.app.app_context(), db.session.begin():
            db.session.execute(update(User).where(User.email == EMAIL).values(password_hash=made))

    yield change


def tried(region: cast.Stage, password: str) -> int:
    return region.browser().post("/sign-in", data={"email": EMAIL, "password": password}).status_code


def test_a_password_is_looked_at_exactly_as_it_was_sent(region: cast.Stage, set_password) -> None:  # type: ignore[no-untyped-def]
    set_password(LONG)
    assert tried(region, LONG) == 303
    for other in (LONG.strip(), LONG.lower(), LONG.upper(), LONG[:-1], LONG + " ", LONG.replace("  ", " "), LONG[:12]):
        assert tried(region, other) == 422, other


@pytest.mark.parametrize(
    "password",
    [
        "zeven natte koeien lachen",
        "4820571639 9174620583",
        "§±¿ ©®™ ∑∆ ¶•ªº –≠ ‡",
        "漢字かな交じり文の例をここに書く",
        "Q" + "een heel lange zin over de brug naar het eiland, " * 3,
    ],
)
def test_any_sign_may_be_in_a_password_and_none_must_be(region: cast.Stage, set_password, password: str) -> None:  # type: ignore[no-untyped-def]
    set_password(password)
    assert tried(region, password) == 303


def test_64_signs_and_far_more_may_be_a_password_and_each_of_them_counts(region: cast.Stage, set_password) -> None:  # type: ignore[no-untyped-def]
    long = "Elke letter van deze zin telt mee, ook de allerlaatste van al zijn letters: " + "z" * 60
    assert len(long) > 128
    set_password(long)
    assert tried(region, long) == 303
    assert tried(region, long[:-1] + "y") == 422


def test_a_password_is_kept_as_an_argon2id_hash_that_takes_work(region: cast.Stage, set_password) -> None:  # type: ignore[no-untyped-def]
    """At least 19 MiB and two rounds, or 46 MiB and one: OWASP's own advice; ours are RFC 9106's second choice."""
    hashes = set()
    for _ in range(2):
        set_password("zeven natte koeien lachen")
        with region.app.app_context():
            let_go()
            hashes.add(reading().scalar(select(User.password_hash).where(User.email == EMAIL)))
    assert len(hashes) == 2, "salted: one password, and no hash twice"
    for one in hashes:
        memory, rounds, lanes = map(int, re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", one).groups())  # type: ignore[union-attr]
        assert memory >= 65536 and rounds >= 3 and lanes >= 1


def test_a_hash_made_with_other_settings_still_lets_its_person_in(region: cast.Stage) -> None:
    """The settings stand in the hash, so they can be raised without anybody choosing a password anew."""
    lighter = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("a password of long ago")
    with region.app.app_context(), db.session.begin():
        db.session.execute(update(User).where(User.email == EMAIL).values(password_hash=lighter))
    assert tried(region, "a password of long ago") == 303


def test_the_field_of_a_password_hides_it_and_welcomes_a_password_manager(region: cast.Stage) -> None:
    own = region.browser("application_manager").get("/password").text
    for page in (region.browser().get("/sign-in").text, own):
        fields = re.findall(r'<input[^>]*name="(?:password|current)"[^>]*>', page)
        shown = [one for one in fields if 'type="hidden"' not in one]  # the demonstration's own, which is no secret
        assert shown
        for field in shown:
            assert 'type="password"' in field and re.search(r'autocomplete="(current|new)-password"', field)
            assert "maxlength" not in field and "pattern" not in field and "readonly" not in field
    scripts = "".join(path.read_text() for path in (Path(__file__).parents[2] / "app" / "static").glob("*.js"))
    assert "paste" not in scripts


def test_a_fresh_installation_knows_nobody(tmp_path: Path) -> None:
    config = replace(Config.scratch(tmp_path), demo=False)
    config.prepare()
    app = create_app(config)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.create_all()
        assert reading().scalar(select(func.count()).select_from(User)) == 0
    for name in ("admin", "root", "sa", "demo", "test", EMAIL, "voorwaarts"):
        for password in ("admin", "root", "password", cast.PASSWORD, ""):
            answer = app.test_client().post("/sign-in", data={"email": name, "password": password})
            assert answer.status_code == 422
