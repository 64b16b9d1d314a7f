// What the broker's plugin may know of the access keys, which is all but their secrets: the entries
// keys/AKIA….json of the registry, made of the keys' own files. Pure.
#pragma once

#include <vector>

#include "policy/credentials.h"
#include "policy/registry.h"
#include "policy/registry_journal.h"

namespace service {

// What has to change in the registry so that its keys are these. Empty: they are.
std::vector<policy::EntryChange> ProjectKeys(const policy::Registry& registry,
                                             const policy::Credentials& credentials);

}  // namespace service
