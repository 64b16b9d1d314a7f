// AWS IoT Jobs (rules J1 to J18 of docs/contract-device-topics.md): a job is a document that many
// things are to work off, and an execution is what one thing makes of it.
//
// All of it works on a desk (desk/desk.h): pure functions from what is stored, the account and the
// time to what changes, what is answered and what is published. Nothing takes longer with the
// number of things of an account: what concerns many goes on in steps, by timers.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "desk/desk.h"
#include "desk/operation.h"
#include "desk/request.h"
#include "desk/timers.h"
#include "policy/registry_journal.h"

namespace jobs {

// Requests of devices over MQTT (2.1).
desk::Answer Handle(const desk::Request& request, desk::Desk& desk);

// The same over HTTP (2.3): scope iot-jobs-data.
absl::Span<const desk::Operation> DataOperations();

// Of the account (2.4): scope iot.
absl::Span<const desk::Operation> Operations();

// A timer of kind kJobExecution or kRollout is due.
void TimeOut(const desk::Timer& timer, desk::Desk& desk);

// Changes that desk.account has been through: who has joined a group is given its continuous jobs,
// who has left it loses them (J14), and so does who was deleted (J16). What counts is how the
// account is now, so a change that is told twice, or late, or of nothing, does no harm.
void AccountChanged(absl::Span<const policy::EntryChange> changes, desk::Desk& desk);

// What a stored entry whose key begins with 'J' is damaged by; InvalidArgument: the key is none.
absl::Status CheckEntry(absl::string_view key, absl::string_view value);

}  // namespace jobs
