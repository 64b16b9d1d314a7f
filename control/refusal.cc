#include "control/refusal.h"

#include "control/json.h"

namespace control {
namespace {

Refusal Make(int status, absl::string_view exception, absl::string_view message) {
  return {.status = status, .exception = exception, .message = std::string(message)};
}

}  // namespace

Refusal InvalidRequest(absl::string_view message) {
  return Make(400, "InvalidRequestException", message);
}
Refusal MalformedPolicy(absl::string_view message) {
  return Make(400, "MalformedPolicyException", message);
}
Refusal CertificateValidation(absl::string_view message) {
  return Make(400, "CertificateValidationException", message);
}
Refusal RegistrationCodeValidation(absl::string_view message) {
  return Make(400, "RegistrationCodeValidationException", message);
}
Refusal ResourceRegistrationFailure(absl::string_view message) {
  return Make(400, "ResourceRegistrationFailureException", message);
}
Refusal AccessDenied(absl::string_view message) {
  return Make(403, "AccessDeniedException", message);
}
Refusal NotFound(absl::string_view message) {
  return Make(404, "ResourceNotFoundException", message);
}
Refusal UnknownOperation(absl::string_view message) {
  return Make(404, "UnknownOperationException", message);
}
Refusal CertificateState(absl::string_view message) {
  return Make(406, "CertificateStateException", message);
}
Refusal AlreadyExists(absl::string_view message, absl::string_view id, absl::string_view arn) {
  Refusal refusal = Make(409, "ResourceAlreadyExistsException", message);
  refusal.resource_id = std::string(id);
  refusal.resource_arn = std::string(arn);
  return refusal;
}
Refusal DeleteConflict(absl::string_view message) {
  return Make(409, "DeleteConflictException", message);
}
Refusal VersionConflict(absl::string_view message) {
  return Make(409, "VersionConflictException", message);
}
Refusal VersionsLimitExceeded(absl::string_view message) {
  return Make(409, "VersionsLimitExceededException", message);
}
Refusal ConflictingResourceUpdate(absl::string_view message) {
  return Make(409, "ConflictingResourceUpdateException", message);
}
Refusal CertificateConflict(absl::string_view message) {
  return Make(409, "CertificateConflictException", message);
}
Refusal LimitExceeded(absl::string_view message) {
  return Make(410, "LimitExceededException", message);
}
Refusal Validation(absl::string_view message) { return Make(400, "ValidationException", message); }
Refusal Conflict(absl::string_view message, absl::string_view id) {
  Refusal refusal = Make(409, "ConflictException", message);
  refusal.resource_id = std::string(id);
  return refusal;
}
Refusal QuotaExceeded(absl::string_view message) {
  return Make(402, "ServiceQuotaExceededException", message);
}
Refusal InternalFailure(absl::string_view message) {
  return Make(500, "InternalFailureException", message);
}
Refusal ServiceUnavailable(absl::string_view message) {
  return Make(503, "ServiceUnavailableException", message);
}

rest::Answer WordRefusal(const Refusal& refusal) {
  return {.status = refusal.status,
          .body = Json()
                      .Text("message", refusal.message)
                      .TextIfAny("resourceId", refusal.resource_id)
                      .TextIfAny("resourceArn", refusal.resource_arn)
                      .Finish(),
          .error_type = std::string(refusal.exception),
          .allow = {}};
}

}  // namespace control
