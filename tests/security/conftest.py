"""What the tests of the requirements share."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import cast

HOST = "voorwaarts.example.org"
SITE = f"https://{HOST}"
EMAIL = "housing_officer.a@meerwijk.demo.invalid"


@dataclass
class Site:
    """An installation that people reach over TLS, behind one proxy."""

    stage: cast.Stage

    def browser(self) -> FlaskClient:
        return self.stage.app.test_client()

    def ask(self, browser: FlaskClient, path: str, method: str = "GET", **more: object) -> TestResponse:
        return browser.open(path, method=method, base_url=SITE, **more)  # type: ignore[arg-type]

    def sign_in(self, browser: FlaskClient, password: str = cast.PASSWORD, **more: object) -> TestResponse:
        return self.ask(browser, "/sign-in", "POST", data={"email": EMAIL, "password": password}, **more)

    def come_in(self, browser: FlaskClient, **more: object) -> TestResponse:
        """With the second step as well, which is set up on the way."""
        self.sign_in(browser, **more)
        page = self.ask(browser, "/sign-in/second-step", **more).text
        (key,) = re.findall(r'<code class="key">([A-Z2-7 ]+)</code>', page)
        code = pyotp.TOTP(key.replace(" ", "")).now()
        return self.ask(browser, "/sign-in/second-step", "POST", data={"code": code}, **more)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    return Site(cast.furnish(folder, demo=False, BASE_URL=SITE, TRUSTED_PROXIES="1"))
