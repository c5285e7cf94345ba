"""The real application for servers that are started from outside, with the scenario `password`."""

from mock_okta import loader
from mock_okta.config import Config
from mock_okta.keys import development_keys
from mock_okta.org import Org, bundled_library
from mock_okta.web.app import create_app

config = Config()
org = Org(config, bundled_library(), scenarios=[loader.load("password")], keys=development_keys())
app = create_app(org, config)
