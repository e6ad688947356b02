"""What the tests of the requirements share."""

from __future__ import annotations

from dataclasses import dataclass

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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    return Site(cast.furnish(folder, demo=False, BASE_URL=SITE, TRUSTED_PROXIES="1"))
