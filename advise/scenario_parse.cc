#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "advise/reading.h"
#include "advise/scenario.h"
#include "faults/reader.h"

namespace advise {
namespace {

using faults::Reader;
using policy::Node;

constexpr std::pair<absl::string_view, Deed::Kind> kDeeds[] = {
    {"start", Deed::Kind::kStart},     {"power", Deed::Kind::kPower},
    {"desired", Deed::Kind::kDesired}, {"reported", Deed::Kind::kReported},
    {"delete", Deed::Kind::kDelete},   {"reset", Deed::Kind::kReset},
    {"publish", Deed::Kind::kPublish}, {"fault", Deed::Kind::kFault},
    {"cut", Deed::Kind::kCut},         {"away", Deed::Kind::kAway},
    {"clock", Deed::Kind::kClock},     {"wait", Deed::Kind::kWait},
};

constexpr std::pair<absl::string_view, Need> kNeeds[] = {
    {"wire", Need::kWire},   {"jobs", Need::kJobs},         {"power", Need::kPower},
    {"named", Need::kNamed}, {"registry", Need::kRegistry},
};

template <class List>
std::string NamesOf(const List& list) {
  return faults::OneOf(list, [](const auto& each) { return std::string(each.first); });
}

absl::Status WantTrue(const Node& value, const std::string& what) {
  if (value.kind == Node::Kind::kBool && value.text == "true") return absl::OkStatus();
  return policy::Fault(value.place, absl::StrCat(what, " must be true"));
}

absl::Status ReadPublish(const Node& value, const std::string& what, Deed& deed) {
  absl::Status read = policy::WantKind(value, Node::Kind::kObject, what);
  if (read.ok()) read = policy::RefuseUnknown(value, what, {"topic", "payload"});
  const Reader reader(value, what);
  if (read.ok()) read = reader.Text("topic", "a topic", deed.topic);
  if (!read.ok()) return read;
  if (deed.topic.empty()) return reader.Missing("topic", "where to publish");
  if (deed.topic.find_first_of("+#") != std::string::npos) {
    return reader.Fault(*reader.Find("topic"), "topic", faults::Quoted(deed.topic),
                        "a topic, without wildcards");
  }
  if (reader.Find("payload") == nullptr) return reader.Missing("payload", "JSON to publish");
  deed.document = *reader.Find("payload");
  return absl::OkStatus();
}

absl::StatusOr<Deed> ParseDeed(const Node& node, const std::string& what) {
  if (node.kind != Node::Kind::kObject || node.names.size() != 1) {
    return policy::Fault(
        node.place, absl::StrCat(what, " must be an object with one member: ", NamesOf(kDeeds)));
  }
  const std::string& name = node.names[0].text;
  const auto* const known = std::find_if(std::begin(kDeeds), std::end(kDeeds),
                                         [&](const auto& each) { return each.first == name; });
  if (known == std::end(kDeeds)) {
    return policy::Fault(
        node.names[0].place,
        absl::StrCat(what, ": \"", name, "\" is nothing that can be done; it must be ",
                     NamesOf(kDeeds)));
  }
  const Node& value = node.elements[0];
  const std::string inner = absl::StrCat(what, ": ", name);
  Deed deed{.kind = known->second};
  absl::Status read;
  switch (deed.kind) {
    case Deed::Kind::kDesired:
    case Deed::Kind::kReported:
      read = WantDocument(value, inner);
      deed.document = value;
      break;
    case Deed::Kind::kPublish:
      read = ReadPublish(value, inner, deed);
      break;
    case Deed::Kind::kFault: {
      auto plan = faults::ParseNamelessPlan(value);
      read = plan.status();
      if (read.ok()) deed.plan = *std::move(plan);
      break;
    }
    case Deed::Kind::kAway:
    case Deed::Kind::kWait:
      read = ReadDuration(Reader(node, what), name, deed.ms);
      break;
    case Deed::Kind::kClock:
      read = Reader(node, what).Text(name, "how far, as \"+48h\", or \"reset\"", deed.topic);
      break;
    default:
      read = WantTrue(value, inner);
  }
  if (!read.ok()) return read;
  return deed;
}

absl::Status ReadTimes(const Reader& reader, Expect& expect) {
  constexpr absl::string_view kWanted = "[least, most] or [least], whole numbers from 0";
  const auto node = reader.Find("times", Node::Kind::kArray, kWanted);
  if (!node.ok() || *node == nullptr) return node.status();
  const auto& elements = (*node)->elements;
  const auto whole = [](const Node& element, int64_t& number) {
    return absl::SimpleAtoi(element.text, &number) && number >= 0 && number <= kTimesMax;
  };
  int64_t most = kTimesMax;
  if (elements.empty() || elements.size() > 2 || !whole(elements[0], expect.least) ||
      (elements.size() == 2 && !whole(elements[1], most)) || expect.least > most) {
    return reader.Fault(**node, "times", "no range", kWanted);
  }
  if (elements.size() == 2) expect.most = most;
  return absl::OkStatus();
}

// A duration that must be there.
absl::Status NeedDuration(const Reader& reader, absl::string_view member, int64_t& ms) {
  if (reader.Find(member) == nullptr) return reader.Missing(member, "a time such as \"10s\"");
  return ReadDuration(reader, member, ms);
}

absl::Status ReadDeed(const Node& node, const Reader& reader, Step& step) {
  absl::Status read = policy::RefuseUnknown(node, reader.what(), {"cloud", "times"});
  if (!read.ok()) return read;
  auto deed = ParseDeed(*reader.Find("cloud"), absl::StrCat(reader.what(), ": cloud"));
  if (!deed.ok()) return deed.status();
  read = reader.Number("times", int64_t{1}, kTimesMax, deed->times);
  step.what = *std::move(deed);
  return read;
}

absl::Status ReadExpect(const Node& node, const Reader& reader, Match match, Step& step) {
  absl::Status read = policy::RefuseUnknown(node, reader.what(),
                                            {"expect", "within", "times", "not_before", "warn"});
  Expect expect{.match = std::move(match)};
  if (read.ok()) read = NeedDuration(reader, "within", expect.within_ms);
  if (read.ok()) read = ReadTimes(reader, expect);
  if (read.ok()) read = ReadDuration(reader, "not_before", expect.not_before_ms);
  step.what = std::move(expect);
  return read;
}

absl::Status ReadNever(const Node& node, const Reader& reader, Match match, Step& step) {
  absl::Status read = policy::RefuseUnknown(node, reader.what(), {"never", "for", "warn"});
  Never never{.match = std::move(match)};
  if (read.ok()) read = NeedDuration(reader, "for", never.for_ms);
  step.what = std::move(never);
  return read;
}

absl::Status ReadRequire(const Node& node, const Reader& reader, Match match, Step& step) {
  absl::Status read = policy::RefuseUnknown(node, reader.what(), {"require", "within", "else"});
  Require require{.match = std::move(match)};
  if (read.ok()) read = NeedDuration(reader, "within", require.within_ms);
  if (read.ok()) read = reader.Text("else", "what the device does not do", require.otherwise);
  if (read.ok() && require.otherwise.empty()) {
    read = reader.Missing("else", "what the device does not do, for people");
  }
  step.what = std::move(require);
  return read;
}

absl::Status ReadJudge(const Node& node, const Reader& reader, Step& step) {
  constexpr absl::string_view kWanted = "\"backoff\" or \"policies\"";
  std::string judge;
  absl::Status read = reader.Text("judge", kWanted, judge);
  if (!read.ok()) return read;
  if (judge == "policies") {
    step.what = JudgePolicies();
    return policy::RefuseUnknown(node, reader.what(), {"judge"});
  }
  if (judge != "backoff") {
    return reader.Fault(*reader.Find("judge"), "judge", faults::Quoted(judge), kWanted);
  }
  read = policy::RefuseUnknown(node, reader.what(), {"judge", "of", "attempts", "within"});
  JudgeBackoff backoff;
  if (read.ok() && reader.Find("of") == nullptr) read = reader.Missing("of", "what is an attempt");
  if (!read.ok()) return read;
  auto match = ParseMatch(*reader.Find("of"), absl::StrCat(reader.what(), ": of"));
  if (!match.ok()) return match.status();
  backoff.match = *std::move(match);
  read = reader.Number("attempts", int64_t{4}, int64_t{20}, backoff.attempts);
  if (read.ok()) read = NeedDuration(reader, "within", backoff.within_ms);
  step.what = std::move(backoff);
  return read;
}

absl::StatusOr<Step> ParseStep(const Node& node, size_t number) {
  constexpr absl::string_view kSteps[] = {"cloud", "expect", "never", "require", "judge"};
  const std::string what = absl::StrCat("step ", number);
  if (auto status = policy::WantKind(node, Node::Kind::kObject, what); !status.ok()) return status;
  const auto* const kind = std::find_if(std::begin(kSteps), std::end(kSteps), [&](const auto each) {
    return node.Find(each) != nullptr;
  });
  if (kind == std::end(kSteps)) {
    return policy::Fault(node.place,
                         absl::StrCat(what,
                                      " must have one of \"cloud\", \"expect\", \"never\", "
                                      "\"require\" and \"judge\""));
  }
  const Reader reader(node, what);
  Step step{.text = JsonOf(node)};
  const auto warn = reader.Find("warn", Node::Kind::kBool, "true or false");
  if (!warn.ok()) return warn.status();
  step.only_warns = *warn != nullptr && (*warn)->text == "true";
  absl::Status read;
  if (*kind == "cloud") {
    read = ReadDeed(node, reader, step);
  } else if (*kind == "judge") {
    read = ReadJudge(node, reader, step);
  } else {
    auto match = ParseMatch(*node.Find(*kind), absl::StrCat(what, ": ", *kind));
    if (!match.ok()) return match.status();
    const auto parse = *kind == "expect" ? ReadExpect : *kind == "never" ? ReadNever : ReadRequire;
    read = parse(node, reader, *std::move(match), step);
  }
  if (!read.ok()) return read;
  return step;
}

absl::Status ReadNeeds(const Reader& reader, Scenario& scenario) {
  const auto node = reader.Find("needs", Node::Kind::kArray, "a list of texts");
  if (!node.ok() || *node == nullptr) return node.status();
  for (const Node& element : (*node)->elements) {
    const auto* const need =
        std::find_if(std::begin(kNeeds), std::end(kNeeds), [&](const auto& each) {
          return element.kind == Node::Kind::kString && each.first == element.text;
        });
    if (need == std::end(kNeeds)) {
      return reader.Fault(element, "needs", faults::Quoted(element.text), NamesOf(kNeeds));
    }
    scenario.needs.push_back(need->second);
  }
  return absl::OkStatus();
}

absl::Status ReadSteps(const Reader& reader, Scenario& scenario) {
  const std::string wanted = absl::StrCat("a list of 1 to ", kStepsMax, " steps");
  const auto node = reader.Find("steps", Node::Kind::kArray, wanted);
  if (!node.ok()) return node.status();
  const bool is_there_yet =
      std::none_of(scenario.needs.begin(), scenario.needs.end(),
                   [](Need need) { return need == Need::kWire || need == Need::kJobs; });
  if (*node == nullptr) return is_there_yet ? reader.Missing("steps", wanted) : absl::OkStatus();
  const auto& elements = (*node)->elements;
  if (elements.empty() || elements.size() > kStepsMax) {
    return reader.Fault(**node, "steps", absl::StrCat("a list of ", elements.size()), wanted);
  }
  for (size_t i = 0; i < elements.size(); ++i) {
    auto step = ParseStep(elements[i], i + 1);
    if (!step.ok()) return step.status();
    scenario.steps.push_back(*std::move(step));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Scenario> ParseScenario(absl::string_view text) {
  const auto tree = policy::ParseJsonTree(text);
  if (!tree.ok()) return tree.status();
  absl::Status read = policy::WantKind(*tree, Node::Kind::kObject, "a scenario");
  if (read.ok()) {
    read = policy::RefuseUnknown(*tree, "a scenario",
                                 {"name", "group", "advisor", "about", "needs", "steps"});
  }
  if (!read.ok()) return read;
  const Reader reader(*tree, "scenario");
  Scenario scenario{.group = "own"};
  constexpr absl::string_view kName = "a text of 1 to 64 of a-z, A-Z, 0-9, _ and -";
  if (reader.Find("name") == nullptr) return reader.Missing("name", kName);
  read = reader.Text("name", kName, scenario.name);
  if (read.ok() && !faults::IsPlanName(scenario.name)) {
    read = reader.Fault(*reader.Find("name"), "name", faults::Quoted(scenario.name), kName);
  }
  if (read.ok()) read = reader.Text("group", "a text", scenario.group);
  if (read.ok()) read = reader.Text("advisor", "a text", scenario.advisor);
  if (read.ok()) read = reader.Text("about", "what a device does that passes", scenario.about);
  if (read.ok()) read = ReadNeeds(reader, scenario);
  if (read.ok()) read = ReadSteps(reader, scenario);
  if (!read.ok()) return read;
  return scenario;
}

}  // namespace advise
