"""Takes everything out of an account, through its own operations, so that the next case finds it empty."""
import urllib.parse

from account import ADMINISTRATION, Account

_EVERY = {"maxResults": "250"}
_PAGE = {"pageSize": "250"}


class NotEmpty(Exception):
    """An operation that empties the account did not do so."""


class Emptying:
    def __init__(self, account: Account):
        self._account = account

    def _ask(self, method, path, **more):
        answer = self._account.ask(method, path, **more)
        if answer.status != 200:
            raise NotEmpty(f"{method} {path}: {answer}")
        return answer.json

    def everything(self):
        """Raises NotEmpty if that is not what is left."""
        self._things()
        self._groups()
        self._types()
        self._certificates()
        self._policies()
        self._authorities()
        self._templates()
        self._ask("DELETE", "/registrationcode")
        self._events()
        for path, member, query in (("/things", "things", _EVERY),
                                    ("/thing-groups", "thingGroups", _EVERY),
                                    ("/thing-types", "thingTypes", _EVERY),
                                    ("/certificates", "certificates", _PAGE),
                                    ("/cacertificates", "certificates", _PAGE)):
            if left := self._ask("GET", path, query=query)[member]:
                raise NotEmpty(f"{path} still has {left}")

    def _things(self):
        for thing in self._ask("GET", "/things", query=_EVERY)["things"]:
            path = f"/things/{urllib.parse.quote(thing['thingName'])}"
            for one in self._ask("GET", f"{path}/principals", query=_EVERY)["principals"]:
                self._ask("DELETE", f"{path}/principals", headers={"x-amzn-principal": one})
            self._ask("DELETE", path)

    def _groups(self):
        """Children before their parents."""
        def depth(group):
            told = self._ask("GET", f"/thing-groups/{group}")
            return -len(told["thingGroupMetadata"].get("rootToParentThingGroups", []))

        names = [one["groupName"]
                 for one in self._ask("GET", "/thing-groups", query=_EVERY)["thingGroups"]]
        for name in sorted(names, key=depth):
            self._ask("DELETE", f"/thing-groups/{name}")

    def _types(self):
        for one in self._ask("GET", "/thing-types", query=_EVERY)["thingTypes"]:
            self._ask("POST", f"/thing-types/{one['thingTypeName']}/deprecate", body={})
            self._ask("DELETE", f"/thing-types/{one['thingTypeName']}")

    def _certificates(self):
        for one in self._ask("GET", "/certificates", query=_PAGE)["certificates"]:
            path = f"/certificates/{one['certificateId']}"
            self._ask("PUT", path, query={"newStatus": "INACTIVE"})
            self._ask("DELETE", path, query={"forceDelete": "true"})

    def _policies(self):
        for one in self._ask("GET", "/policies", query=_PAGE)["policies"]:
            if one["policyName"] == ADMINISTRATION:
                continue
            name = urllib.parse.quote(one["policyName"], safe="")
            for target in self._ask("POST", f"/policy-targets/{name}", query=_PAGE)["targets"]:
                self._ask("POST", f"/target-policies/{name}", body={"target": target})
            for version in self._ask("GET", f"/policies/{name}/version")["policyVersions"]:
                if not version["isDefaultVersion"]:
                    self._ask("DELETE", f"/policies/{name}/version/{version['versionId']}")
            self._ask("DELETE", f"/policies/{name}")

    def _authorities(self):
        for one in self._ask("GET", "/cacertificates", query=_PAGE)["certificates"]:
            path = f"/cacertificate/{one['certificateId']}"
            self._ask("PUT", path, query={"newStatus": "INACTIVE"})
            self._ask("DELETE", path)

    def _templates(self):
        for one in self._ask("GET", "/provisioning-templates", query=_EVERY)["templates"]:
            path = f"/provisioning-templates/{one['templateName']}"
            for version in self._ask("GET", f"{path}/versions")["versions"]:
                if not version["isDefaultVersion"]:
                    self._ask("DELETE", f"{path}/versions/{version['versionId']}")
            self._ask("DELETE", path)

    def _events(self):
        told = self._ask("GET", "/event-configurations")["eventConfigurations"]
        on = {kind: {"Enabled": False} for kind, one in told.items() if one["Enabled"]}
        if on:
            self._ask("PATCH", "/event-configurations", body={"eventConfigurations": on})
