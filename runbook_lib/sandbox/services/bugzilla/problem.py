"""Bugzilla's refusals, by their names, codes and statuses.

Codes and statuses are those of Bugzilla/WebService/Constants.pm (`WS_ERROR_CODE` and
`REST_STATUS_CODE_MAP`); what is not in the status map answers 400. An unknown alias answers 404
here, as an unknown number does; the dialect `alias_400` answers it as that map has it.
"""

from typing import Any

DOCUMENTATION = "https://bmo.readthedocs.io/en/latest/api/"

CODES = {
    "param_required": 50,
    "object_does_not_exist": 51,
    "param_must_be_numeric": 52,
    "param_invalid": 53,
    "improper_bug_id_field_value": 100,
    "bug_id_does_not_exist": 101,
    "bug_access_denied": 102,
    "alias_invalid": 103,
    "illegal_field": 104,
    "component_not_valid": 105,
    "product_access_denied": 106,
    "entry_access_denied": 106,
    "require_summary": 107,
    "comment_too_long": 114,
    "illegal_change": 115,
    "missing_resolution": 121,
    "resolution_not_allowed": 122,
    "illegal_bug_status_transition": 123,
    "flag_status_invalid": 129,
    "flag_not_unique": 132,
    "invalid_username_or_password": 300,
    "api_key_not_valid": 306,
    "login_required": 410,
    "bug_type_required": 135,
    "invalid_username": 504,
    "buglist_parameters_required": 1000,
    "json_rpc_invalid_params": 32000,
    "json_rpc_illegal_content_type": 32613,
    "rest_invalid_resource": 32614,
    "unknown_method": 100302,
}

STATUSES = {
    51: 404,
    100: 404,
    101: 404,
    102: 401,
    106: 401,
    115: 401,
    410: 401,
    504: 401,
    32614: 404,
}


class Problem(Exception):
    """A refusal, as Bugzilla would word it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.code = CODES[name]
        self.message = message

    def status(self, dialect: frozenset[str]) -> int:
        """The HTTP status it is answered with."""
        if self.code == CODES["improper_bug_id_field_value"] and "alias_400" in dialect:
            return 400
        return STATUSES.get(self.code, 400)

    def body(self, dialect: frozenset[str]) -> dict[str, Any]:
        """The JSON object that it is answered with."""
        code = str(self.code) if "code_as_text" in dialect else self.code
        return {
            "error": True,
            "code": code,
            "message": self.message,
            "documentation": DOCUMENTATION,
        }
