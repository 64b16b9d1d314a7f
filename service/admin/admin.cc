#include "service/admin/admin.h"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "policy/registry_journal.h"
#include "service/admin/archive.h"
#include "service/admin/standby.h"
#include "shadow/id.h"
#include "shadow/json.h"
#include "storage/rocksdb/store.h"

namespace service {
namespace {

using policy::Node;

// How often it is looked whether anybody still listens. Tests observe in quick succession, and only
// few connections stand at a time.
constexpr absl::Duration kFollowTick = absl::Milliseconds(200);
constexpr absl::Duration kObserveTick = absl::Milliseconds(20);
// Longer than the broker is given to reply, and than its silence is noticed after that.
constexpr absl::Duration kTakeUpWait = absl::Seconds(30);

// Of one request; each is a name of 255 bytes at most.
constexpr size_t kEntriesMax = 200;

std::string Quoted(absl::string_view text) {
  std::string out;
  shadow::PrintJsonString(shadow::IsUtf8(text) ? text : "(not UTF-8)", out);
  return out;
}

// OK if `request` has no members but its command and `known`.
absl::Status HasOnly(const Node& request, std::initializer_list<absl::string_view> known) {
  for (const Node::Name& name : request.names) {
    if (name.text == "command" || std::find(known.begin(), known.end(), name.text) != known.end()) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat("'", name.text, "' is not known here"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Text(const Node& request, absl::string_view name) {
  const Node* member = request.Find(name);
  if (member == nullptr || member->kind != Node::Kind::kString) {
    return absl::InvalidArgumentError(absl::StrCat("'", name, "' must be there, a string"));
  }
  return member->text;
}

// Empty: it is not there.
absl::StatusOr<std::string> TextIfThere(const Node& request, absl::string_view name) {
  if (request.Find(name) == nullptr) return "";
  auto text = Text(request, name);
  if (!text.ok() || !text->empty()) return text;
  return absl::InvalidArgumentError(absl::StrCat("'", name, "' is empty"));
}

absl::StatusOr<std::string> ThingOf(const Node& request) {
  auto thing = Text(request, "thing");
  if (!thing.ok() || shadow::IsThingName(*thing)) return thing;
  return absl::InvalidArgumentError(absl::StrCat("'", *thing, "' is not a thing's name"));
}

// OK if `folder`, which may be empty, is the registry that shadowd has.
absl::Status IsOurs(const std::string& folder, const std::string& ours) {
  if (ours.empty()) {
    return absl::FailedPreconditionError("shadowd was started without --registry");
  }
  if (folder.empty()) return absl::OkStatus();
  std::error_code error;
  if (std::filesystem::equivalent(folder, ours, error)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("shadowd's registry is '", ours, "', and not '", folder, "'"));
}

// The member "entries": files of the registry, as "things/lamp1.json".
absl::StatusOr<std::vector<RegistryInForce::EntryName>> EntriesOf(const Node& request) {
  const Node* const list = request.Find("entries");
  if (list == nullptr || list->kind != Node::Kind::kArray || list->elements.empty() ||
      list->elements.size() > kEntriesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(R"('entries': 1 to )", kEntriesMax, R"( files, like "things/lamp1.json")"));
  }
  std::vector<RegistryInForce::EntryName> entries;
  for (const Node& file : list->elements) {
    auto entry = file.kind == Node::Kind::kString ? policy::EntryOf(file.text) : std::nullopt;
    if (!entry) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'entries': '", file.text, R"(' is no file of a registry, like "things/lamp1.json")"));
    }
    entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace

void Admin::Handle(absl::string_view request, AdminReply& reply, AdminLines& lines) {
  const auto tree = policy::ParseJsonTree(request);
  const absl::Status status = tree.ok() ? Run(*tree, reply, lines) : tree.status();
  if (!status.ok()) reply.Refuse(status);
}

absl::Status Admin::Run(const Node& request, AdminReply& reply, AdminLines& lines) {
  if (request.kind != Node::Kind::kObject) {
    return absl::InvalidArgumentError(R"(a request is an object, like {"command":"stats"})");
  }
  const auto command = Text(request, "command");
  if (!command.ok()) return command.status();
  if (*command == "backup") return BackUp(request, reply);
  if (*command == "export") return Export(request, reply);
  if (*command == "forget") return Forget(request, reply);
  if (*command == "hand_over") return HandOver(request, reply);
  if (*command == "import") return Import(request, reply, lines);
  if (*command == "log_level") return SetLevel(request, reply);
  if (*command == "observe") return Observe(request, reply);
  if (*command == "registry") return TakeUp(request, reply);
  if (*command == "reload") return Reread(request, reply);
  if (*command == "stats") return Tell(request, reply);
  if (*command == "status") return TellStanding(request, reply);
  if (*command == "trace") return Follow(request, reply);
  return absl::InvalidArgumentError(
      absl::StrCat("there is no command '", *command,
                   "'; there are backup, export, forget, hand_over, import, log_level, observe, "
                   "registry, reload, stats, status and trace"));
}

absl::Status Admin::BackUp(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {"to"}); !known.ok()) return known;
  const auto to = Text(request, "to");
  if (!to.ok()) return to.status();
  if (!absl::StartsWith(*to, "/") || absl::StrContains(*to, '\0')) {
    return absl::InvalidArgumentError(absl::StrCat("'to': '", *to, "' is not an absolute path"));
  }
  const absl::Time begun = absl::Now();
  absl::Status status = store_.BackUp(*to);
  // It counts only if it opens as a store does.
  if (status.ok()) status = storage::OpenRocksDbForReading({.path = *to}).status();
  if (!status.ok()) {
    log_.Error("backup_failed", {{"to", *to}, {"cause", status.message()}});
    return status;
  }
  const int64_t ms = absl::ToInt64Milliseconds(absl::Now() - begun);
  log_.Info("backup_made", {{"to", *to}, {"ms", ms}});
  reply.Send(absl::StrCat(R"({"ok":true,"to":)", Quoted(*to), R"(,"ms":)", ms, "}"));
  return absl::OkStatus();
}

absl::Status Admin::Export(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {}); !known.ok()) return known;
  const auto shadows = ExportShadows(store_, reply);
  if (!shadows.ok()) return shadows.status();
  reply.Send(absl::StrCat(R"({"ok":true,"shadows":)", *shadows, "}"));
  return absl::OkStatus();
}

absl::Status Admin::Forget(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {"thing"}); !known.ok()) return known;
  const auto thing = ThingOf(request);
  if (!thing.ok()) return thing.status();
  absl::Status status;
  absl::Notification done;
  forgetting_.Put(*thing, [&](const absl::Status& result) {
    status = result;
    done.Notify();
  });
  done.WaitForNotification();
  if (status.ok()) reply.Send(R"({"ok":true})");
  return status;
}

absl::Status Admin::HandOver(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {}); !known.ok()) return known;
  if (absl::Status asked = hand_over_(); !asked.ok()) return asked;
  reply.Send(R"({"ok":true})");
  return absl::OkStatus();
}

absl::Status Admin::Import(const Node& request, AdminReply& reply, AdminLines& lines) {
  if (absl::Status known = HasOnly(request, {"lines", "replace"}); !known.ok()) return known;
  const Node* const count = request.Find("lines");
  size_t number = 0;
  if (count == nullptr || count->kind != Node::Kind::kNumber ||
      !absl::SimpleAtoi(count->text, &number) || number < 1 || number > kImportLinesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("'lines': how many follow, from 1 to ", kImportLinesMax));
  }
  const Node* const replace = request.Find("replace");
  if (replace != nullptr && replace->kind != Node::Kind::kBool) {
    return absl::InvalidArgumentError("'replace' is true or false");
  }
  const bool replaces = replace != nullptr && replace->text == "true";
  auto records = ReadShadows(lines, number);
  if (!records.ok()) return records.status();
  const auto imported = intake_.Bring(*std::move(records), replaces);
  if (!imported.ok()) return imported.status();
  log_.Info("shadows_imported", {{"imported", imported->imported},
                                 {"kept", imported->kept},
                                 {"replace", replaces ? "true" : "false"}});
  reply.Send(absl::StrCat(R"({"ok":true,"imported":)", imported->imported, R"(,"kept":)",
                          imported->kept, "}"));
  return absl::OkStatus();
}

absl::Status Admin::Reread(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {}); !known.ok()) return known;
  if (absl::Status read = reread_(); !read.ok()) return read;
  reply.Send(R"({"ok":true})");
  return absl::OkStatus();
}

absl::Status Admin::TakeUp(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {"folder", "entries"}); !known.ok()) return known;
  const auto folder = TextIfThere(request, "folder");
  if (!folder.ok()) return folder.status();
  if (absl::Status same = IsOurs(*folder, registry_.folder()); !same.ok()) return same;
  auto entries = EntriesOf(request);
  if (!entries.ok()) return entries.status();
  struct Ending {
    absl::StatusOr<bool> at_broker = false;
    absl::Notification done;
  };
  const auto ending = std::make_shared<Ending>();  // outlives who does not wait for it
  const size_t count = entries->size();
  clerk_.TakeUp(*std::move(entries), [ending](absl::StatusOr<bool> at_broker) {
    ending->at_broker = std::move(at_broker);
    ending->done.Notify();
  });
  if (!ending->done.WaitForNotificationWithTimeout(kTakeUpWait)) {
    return absl::UnavailableError("it was not in force in time, and may be later");
  }
  if (!ending->at_broker.ok()) return ending->at_broker.status();
  reply.Send(absl::StrCat(R"({"ok":true,"entries":)", count, R"(,"broker":)",
                          *ending->at_broker ? "true" : "false", "}"));
  return absl::OkStatus();
}

absl::Status Admin::Follow(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {"thing"}); !known.ok()) return known;
  const auto thing = ThingOf(request);
  if (!thing.ok()) return thing.status();
  const std::unique_ptr<Trace::Follower> follower = trace_.Follow(*thing);
  if (!reply.Send(R"({"following":true})")) return absl::OkStatus();
  while (!reply.IsOver()) {
    const auto line = follower->Next(kFollowTick);
    if (line && !reply.Send(*line)) break;
  }
  return absl::OkStatus();
}

absl::Status Admin::Observe(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {"thing", "client"}); !known.ok()) return known;
  const auto thing = TextIfThere(request, "thing");
  const auto client = TextIfThere(request, "client");
  if (!thing.ok()) return thing.status();
  if (!client.ok()) return client.status();
  const auto follower = observations_.Follow(*thing, *client);
  if (!follower.ok()) return follower.status();
  const int64_t us = (*follower)->since_us();
  if (!reply.Send(absl::StrCat(R"({"observing":true,"us":)", us, "}"))) return absl::OkStatus();
  while (!reply.IsOver() && !(*follower)->is_over()) {
    const auto line = (*follower)->Next(kObserveTick);
    if (line && !reply.Send(*line)) break;
  }
  return absl::OkStatus();
}

absl::Status Admin::TellStanding(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {}); !known.ok()) return known;
  reply.Send(StandingText(standing_.Read()));
  return absl::OkStatus();
}

absl::Status Admin::SetLevel(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {"level"}); !known.ok()) return known;
  const absl::string_view before = LogLevelName(log_.level());
  if (request.Find("level") != nullptr) {
    const auto text = Text(request, "level");
    if (!text.ok()) return text.status();
    const auto level = ParseLogLevel(*text);
    if (!level) {
      return absl::InvalidArgumentError(
          absl::StrCat("'level': '", *text, "' is not one of: ", LogLevelNames()));
    }
    log_.SetLevel(*level);
  }
  reply.Send(absl::StrCat(R"({"ok":true,"before":")", before, R"(","level":")",
                          LogLevelName(log_.level()), R"("})"));
  return absl::OkStatus();
}

absl::Status Admin::Tell(const Node& request, AdminReply& reply) {
  if (absl::Status known = HasOnly(request, {}); !known.ok()) return known;
  const storage::Statistics store = store_.ReadStatistics();
  const absl::Status health = store_.Health();
  const auto census = counters_.ReadCensus();
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  std::string line =
      absl::StrCat(R"({"ok":true,"version":")", SHADOW_VERSION, R"(","link_up":)",
                   flag(health_.link_up()), R"(,"store_writable":)", flag(health.ok()),
                   R"(,"requests":)", counters_.Read().request.count(), R"(,"store_bytes":)",
                   store.table_file_bytes + store.log_file_bytes + store.other_file_bytes,
                   R"(,"disk_free_bytes":)", store.disk_free_bytes);
  if (census) {
    absl::StrAppend(&line, R"(,"documents":)", census->documents, R"(,"tombstones":)",
                    census->tombstones);
  }
  reply.Send(line + "}");
  return absl::OkStatus();
}

}  // namespace service
