"""What every test may ask for; the things themselves are made in the modules beside this one."""

from tests.cast import furnished, region
from tests.postgres import postgres, postgres_url

__all__ = ["furnished", "postgres", "postgres_url", "region"]
