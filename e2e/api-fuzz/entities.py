"""Entities for the fuzzer to hit: without them nearly every call would end at "no such user"."""

import copy

# What a path parameter names when that is not the segment before it.
PARAMETERS = {
    ("roles", "organizationRoleId"): "organization-roles",
    ("scopes", "organizationScopeId"): "organization-scopes",
    ("scopes", "scopeId"): "resource-scopes",
    ("{scopeType}", "scopeId"): "resource-scopes",
    ("secrets", "name"): "application-secrets",
    ("secrets", "secretId"): "saml-secrets",
    ("consent-organizations", "organizationId"): "organizations",
    ("sso-identities", "ssoConnectorId"): "sso-connectors",
    ("saml", "id"): "saml-applications",
}
# What a field of a body names.
FIELDS = {
    "userId": "users",
    "userIds": "users",
    "inviterId": "users",
    "acceptedUserId": "users",
    "applicationIds": "applications",
    "roleIds": "roles",
    "userRoleIds": "roles",
    "scopeIds": "resource-scopes",
    "resourceScopeIds": "resource-scopes",
    "organizationId": "organizations",
    "organizationIds": "organizations",
    "jitOrganizationIds": "organizations",
    "organizationRoleIds": "organization-roles",
    "organizationScopeIds": "organization-scopes",
    "ssoConnectorIds": "sso-connectors",
}


def make(call):
    """Ids by kind, of one entity each, made through `call(method, path, body)`."""
    made = {}

    def create(kind, path, body, key="id"):
        made[kind] = call("POST", path, body)[key]

    create("resources", "/api/resources", {"name": "Shop", "indicator": "https://shop.example"})
    create("resource-scopes", f"/api/resources/{made['resources']}/scopes", {"name": "read:items"})
    create("roles", "/api/roles", {"name": "Editor", "description": "Edits"})
    create("organization-scopes", "/api/organization-scopes", {"name": "invite"})
    create("organization-roles", "/api/organization-roles", {"name": "Owner"})
    create("organizations", "/api/organizations", {"name": "Acme"})
    create("users", "/api/users", {"username": "ada", "primaryEmail": "ada@example.com"})
    redirects = {"redirectUris": ["https://app.example/callback"], "postLogoutRedirectUris": []}
    application = {"name": "Web", "type": "Traditional", "isThirdParty": True, "oidcClientMetadata": redirects}
    create("applications", "/api/applications", application)
    create("application-secrets", f"/api/applications/{made['applications']}/secrets", {"name": "second"}, "name")
    create("saml-applications", "/api/saml-applications", {"name": "SAML"})
    create("saml-secrets", f"/api/saml-applications/{made['saml-applications']}/secrets", {"lifeSpanInYears": 3})
    create("sso-connectors", "/api/sso-connectors", {"providerName": "OIDC", "connectorName": "Corporation"})
    hook = {"name": "Listener", "events": ["User.Created"], "config": {"url": "https://hooks.invalid"}}
    create("hooks", "/api/hooks", hook)
    create("one-time-tokens", "/api/one-time-tokens", {"email": "ada@example.com"})
    invitation = {"invitee": "guest@example.com", "organizationId": made["organizations"], "expiresAt": 4102444800000}
    create("organization-invitations", "/api/organization-invitations", invitation)
    field = {"name": "nickname", "type": "Text", "label": "Nickname", "required": False, "config": {}}
    create("custom-profile-fields", "/api/custom-profile-fields", field, "name")
    user = f"/api/users/{made['users']}"
    create("personal-access-tokens", f"{user}/personal-access-tokens", {"name": "laptop"}, "name")
    call("POST", f"{user}/roles", {"roleIds": [made["roles"]]})
    call("POST", f"/api/organizations/{made['organizations']}/users", {"userIds": [made["users"]]})
    return made


def aim(document, made):
    """Points the document at these entities, in paths and in bodies, as one of two values: the other is unknown.

    An operation that deletes one is left as it is, and finds what it deletes by itself: by following links.
    """
    for path, operations in document["paths"].items():
        segments = path.split("/")
        for method, operation in operations.items():
            parameters = {it["name"]: it["schema"] for it in operation.get("parameters", []) if it["in"] == "path"}
            for before, segment in zip(segments, segments[1:]):
                name = segment.strip("{}")
                if segment != name and method != "delete":
                    point(parameters[name], made.get(PARAMETERS.get((before, name), before)))
    for schema in document["components"]["schemas"].values():
        aim_fields(schema, made)


def aim_fields(schema, made):
    if isinstance(schema, list):
        for part in schema:
            aim_fields(part, made)
    elif isinstance(schema, dict):
        for name, field in schema.get("properties", {}).items():
            if isinstance(field, dict) and name in FIELDS:
                point(field.get("items", field), made.get(FIELDS[name]))
        for part in list(schema.values()):
            aim_fields(part, made)


def point(schema, known):
    if known is not None and schema.get("type") == "string" and "enum" not in schema:
        others = {key: copy.copy(value) for key, value in schema.items() if key in ("nullable", "description")}
        schema.clear()
        schema.update(others, type="string", enum=[known, "unknown"])
