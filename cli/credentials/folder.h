// The folder of the access keys, which --credentials-dir names, and what the commands that change a
// key share.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/credentials.h"

namespace cli {

inline constexpr absl::string_view kCredentialsEditFlags[] = {"credentials_dir", "admin_socket"};
inline constexpr absl::string_view kCredentialsEditDetails =
    "shadowd takes it up at once with --admin-socket, else when it gets SIGHUP.";

// InvalidArgument, saying where it can be set, if none is named.
absl::StatusOr<std::string> CredentialsFolder();

// OK for what can be an access key's id; else InvalidArgument that says how they look.
absl::Status CheckAccessKeyId(const std::string& id);

// As policy::PutCredential. The keys are for the folder's owner alone, whom the service runs as:
// root works as that owner, so that no file is ever another's.
absl::Status PutAsOwner(const std::string& folder, const std::string& id,
                        const policy::CredentialEntry& entry);

}  // namespace cli
