"""The values that the engine works on.

Everything here is frozen. A scenario says what an administrator has set up and never changes; a state is what one
tenant has lived through since; a request comes in and a reply goes out. `advance` (flow of the engine) maps
(scenario, state, request) to (state, reply) and touches nothing else.
"""

from __future__ import annotations

from mock_okta.engine.model.exchange import (
    Reply,
    Request,
)
from mock_okta.engine.model.grants import (
    AuthorizationRequest,
    DeviceRequest,
    Grant,
    IssuedToken,
    Person,
    Redirection,
    Service,
)
from mock_okta.engine.model.records import Index, Records
from mock_okta.engine.model.scenario import (
    EVERYONE,
    App,
    AppType,
    AuthorizationServer,
    Enrollment,
    IdentityProvider,
    Intervention,
    Scenario,
    Step,
    User,
    UserStatus,
    Walk,
)
from mock_okta.engine.model.state import (
    NO_RECORDS,
    Bounds,
    Browser,
    Challenge,
    Consent,
    Counted,
    Link,
    Mail,
    PastSignIns,
    Prompt,
    Proof,
    Remark,
    RememberedDevice,
    Session,
    SigningKey,
    StartToken,
    State,
    Transaction,
)
from mock_okta.engine.model.use_order import (
    UseOrder,
)
from mock_okta.engine.model.values import (
    NOTHING,
    JsonObject,
)

__all__ = [
    "EVERYONE",
    "NOTHING",
    "NO_RECORDS",
    "App",
    "AppType",
    "AuthorizationRequest",
    "AuthorizationServer",
    "Bounds",
    "Browser",
    "Challenge",
    "Consent",
    "Counted",
    "DeviceRequest",
    "Enrollment",
    "Grant",
    "IdentityProvider",
    "Index",
    "Intervention",
    "IssuedToken",
    "JsonObject",
    "Link",
    "Mail",
    "PastSignIns",
    "Person",
    "Prompt",
    "Proof",
    "Records",
    "Redirection",
    "Remark",
    "RememberedDevice",
    "Reply",
    "Request",
    "Scenario",
    "Service",
    "Session",
    "SigningKey",
    "StartToken",
    "State",
    "Step",
    "Transaction",
    "UseOrder",
    "User",
    "UserStatus",
    "Walk",
]
