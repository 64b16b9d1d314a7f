// Every way in which an operation of the control plane fails: AWS's exception, its status and its
// text (T4). Texts that AWS is known to use are kept to the letter: clients look for parts of them.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "rest/message.h"

namespace control {

struct Refusal {
  int status = 400;
  absl::string_view
      exception;  // "ResourceNotFoundException" and so on; lives as long as the program
  std::string message;
  // What is there already; empty: the answer does not have it.
  std::string resource_id{};
  std::string resource_arn{};

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

Refusal InvalidRequest(absl::string_view message);
Refusal MalformedPolicy(absl::string_view message);
Refusal CertificateValidation(absl::string_view message);
Refusal RegistrationCodeValidation(absl::string_view message);
Refusal ResourceRegistrationFailure(absl::string_view message);
Refusal AccessDenied(absl::string_view message);
Refusal NotFound(absl::string_view message);
Refusal UnknownOperation(absl::string_view message);
Refusal CertificateState(absl::string_view message);
Refusal AlreadyExists(absl::string_view message, absl::string_view id, absl::string_view arn);
Refusal DeleteConflict(absl::string_view message);
Refusal VersionConflict(absl::string_view message);
Refusal VersionsLimitExceeded(absl::string_view message);
Refusal ConflictingResourceUpdate(absl::string_view message);
Refusal CertificateConflict(absl::string_view message);
Refusal LimitExceeded(absl::string_view message);
// Of operations on commands, which have names of their own for what others call InvalidRequest,
// AlreadyExists and LimitExceeded (K10).
Refusal Validation(absl::string_view message);
Refusal Conflict(absl::string_view message, absl::string_view id);
Refusal QuotaExceeded(absl::string_view message);
Refusal InternalFailure(absl::string_view message);
Refusal ServiceUnavailable(absl::string_view message);

// As it goes over the wire.
rest::Answer WordRefusal(const Refusal& refusal);

}  // namespace control
