"""Who may: signatures, rights of keys, and what the scope of a signature chooses."""
import pytest

from account import ALLOW, ARN, Account

READER, NARROW, IDLE = "AKIAIOSFODNN7READERS", "AKIAIOSFODNN7NARROW0", "AKIAIOSFODNN7INACTIV"
SHADOWS = ["iot:GetThingShadow", "iot:UpdateThingShadow", "iot:DeleteThingShadow", "iot:Publish",
           "iot:Connect", "iot:Subscribe", "iot:Receive", "iot:ListNamedShadowsForThing"]


def statement(actions, *resources):
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


@pytest.fixture(scope="module")
def account():
    with_keys = Account()
    with_keys.registry.policy("shadows", statement(SHADOWS, "*"))
    with_keys.registry.policy("narrow", statement(
        ["iot:CreateThing", "iot:DescribeThing"], f"{ARN}:thing/a*"),
        statement(["iot:ListThings"], "*"))
    with_keys.put_key(READER, ["shadows"])
    with_keys.put_key(NARROW, ["narrow"])
    with_keys.put_key(IDLE, ["administration"], status="INACTIVE")
    with with_keys as running:
        yield running


def check_refused(answer, error, *words):
    assert (answer.status, answer.error) == (403, error), answer
    message = answer.json.get("message") or answer.json.get("Message")
    for word in words:
        assert word in message


class TestSignatures:
    def test_a_request_without_one(self, account):
        check_refused(account.send("GET", "/things", None, {}),
                      "MissingAuthenticationTokenException")

    def test_an_unknown_key(self, account):
        check_refused(account.ask("GET", "/things", key="AKIAAAAAAAAAAAAAAAAA"),
                      "UnrecognizedClientException",
                      "The security token included in the request is invalid.")

    def test_an_inactive_key(self, account):
        check_refused(account.ask("GET", "/things", key=IDLE), "UnrecognizedClientException")

    def test_another_secret(self, account):
        check_refused(account.ask("GET", "/things", secret="x" * 40), "InvalidSignatureException")

    def test_another_body_than_was_signed(self, account):
        headers = account.sign("POST", "/things/a", b"{}")
        check_refused(account.send("POST", "/things/a", b'{"thingTypeName":"x"}', headers),
                      "InvalidSignatureException")

    def test_another_path_than_was_signed(self, account):
        headers = account.sign("GET", "/things/a")
        check_refused(account.send("GET", "/things/b", None, headers), "InvalidSignatureException")

    def test_half_of_one(self, account):
        headers = account.sign("GET", "/things")
        headers["Authorization"] = headers["Authorization"].partition(", Signature=")[0]
        check_refused(account.send("GET", "/things", None, headers),
                      "IncompleteSignatureException")

    def test_any_region_is_taken(self, account):
        assert account.ask("GET", "/things", region="eu-central-1").status == 200

    def test_a_principal_that_was_not_signed(self, account):
        """Otherwise whoever holds a request could name another certificate in it."""
        headers = account.sign("GET", "/principals/things")
        headers["x-amzn-principal"] = f"{ARN}:cert/{'0' * 64}"
        assert account.send("GET", "/principals/things", None, headers).status == 403


class TestScopes:
    @pytest.mark.parametrize("service", ["s3", "IOT", "iot "])
    def test_another_service(self, account, service):
        answer = account.ask("GET", "/things", service=service)
        assert answer.status == 403, answer  # whose plane's name it has nobody can say
        assert "Credential should be scoped to correct service" in answer.json["message"]

    def test_older_sdks_sign_for_another_name(self, account):
        """Debian 12's awscli, for one; the path then says which plane is meant."""
        assert account.ask("GET", "/things", service="execute-api").status == 200
        assert account.ask("GET", "/things/a/shadow", service="execute-api").status == 403

    @pytest.mark.parametrize("service", ["iotdata", "iotdevicegateway"])
    def test_the_data_plane_has_none_of_the_accounts_operations(self, account, service):
        for method, path in (("GET", "/things"), ("POST", "/things/a"), ("GET", "/policies"),
                             ("POST", "/keys-and-certificate")):
            assert account.ask(method, path, service=service).status in (403, 404, 405)
        assert account.ask("GET", "/things").json == {"things": []}

    def test_shadows_are_not_the_accounts(self, account):
        answer = account.ask("GET", "/things/a/shadow", service="iot")
        assert (answer.status, answer.error) == (404, "UnknownOperationException")
        assert account.ask("GET", "/things/a/shadow", service="iotdata").error == (
            "ResourceNotFoundException")


class TestRights:
    def check_denied(self, answer, operation, resource):
        check_refused(answer, "AccessDeniedException", "User: ",
                      f"is not authorized to perform: iot:{operation} on resource: {resource}")

    def test_a_key_that_reads_shadows_has_no_say(self, account):
        """Each kind of operation; an upgrade must not give it more than it had."""
        for method, path, body, operation, resource in (
                ("POST", "/things/lamp", {}, "CreateThing", f"{ARN}:thing/lamp"),
                ("GET", "/things/lamp", None, "DescribeThing", f"{ARN}:thing/lamp"),
                ("DELETE", "/things/lamp", None, "DeleteThing", f"{ARN}:thing/lamp"),
                ("GET", "/things", None, "ListThings", "*"),
                ("POST", "/thing-types/t", {}, "CreateThingType", f"{ARN}:thingtype/t"),
                ("POST", "/thing-groups/g", {}, "CreateThingGroup", f"{ARN}:thinggroup/g"),
                ("POST", "/policies/p", {"policyDocument": ALLOW}, "CreatePolicy",
                 f"{ARN}:policy/p"),
                ("GET", "/policies/p", None, "GetPolicy", f"{ARN}:policy/p"),
                ("GET", "/policies", None, "ListPolicies", "*"),
                ("POST", "/keys-and-certificate", None, "CreateKeysAndCertificate", "*"),
                ("GET", f"/certificates/{'0' * 64}", None, "DescribeCertificate",
                 f"{ARN}:cert/{'0' * 64}"),
                ("GET", "/endpoint", None, "DescribeEndpoint", "*")):
            self.check_denied(account.ask(method, path, body, key=READER), operation, resource)

    def test_a_key_may_what_its_policies_allow(self, account):
        assert account.ask("POST", "/things/abc", {}, key=NARROW).status == 200
        assert account.ask("GET", "/things/abc", key=NARROW).status == 200
        assert account.ask("GET", "/things", key=NARROW).json["things"]
        self.check_denied(account.ask("POST", "/things/bcd", {}, key=NARROW), "CreateThing",
                          f"{ARN}:thing/bcd")
        self.check_denied(account.ask("DELETE", "/things/abc", key=NARROW), "DeleteThing",
                          f"{ARN}:thing/abc")
        self.check_denied(account.ask("GET", "/policies", key=NARROW), "ListPolicies", "*")
        assert account.ask("DELETE", "/things/abc").status == 200

    def test_a_refusal_tells_nothing_of_what_is_there(self, account):
        account.ask("POST", "/things/secret", {})
        told = [account.ask("GET", f"/things/{name}", key=READER).json["message"].replace(name, "")
                for name in ("secret", "none")]
        assert told[0] == told[1]
        account.ask("DELETE", "/things/secret")

    def test_rights_that_a_policy_gains_hold_at_once(self, account):
        assert account.ask("POST", "/policies/narrow/version",
                           {"policyDocument": ALLOW}, {"setAsDefault": "true"}).status == 200
        assert account.ask("GET", "/policies", key=NARROW).status == 200
        assert account.ask("PATCH", "/policies/narrow/version/1").status == 200
        assert account.ask("GET", "/policies", key=NARROW).status == 403

    def test_a_device_has_no_say(self, account):
        """A certificate's policies are about MQTT, whatever they allow."""
        device = account.authority.issue()
        text = device.file.read_text()
        register = account.ask("POST", "/certificate/register-no-ca",
                               {"certificatePem": text, "status": "ACTIVE"})
        assert register.status == 200, register
        arn = register.json["certificateArn"]
        assert account.ask("POST", "/policies/all", {"policyDocument": ALLOW}).status == 200
        assert account.ask("PUT", "/target-policies/all", {"target": arn}).status == 200
        for method, path in (("GET", "/things"), ("POST", "/things/mine"), ("GET", "/policies"),
                             ("POST", "/keys-and-certificate")):
            answer = account.ask_as_device(device, method, path)
            assert answer.status in (403, 404), answer
        assert account.ask("GET", "/things").json == {"things": []}
