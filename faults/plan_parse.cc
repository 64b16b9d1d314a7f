#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "faults/plan.h"
#include "faults/reader.h"
#include "policy/json_tree.h"

namespace faults {
namespace {

using policy::Node;

constexpr uint64_t kSeedMax = uint64_t{1} << 53;  // what every JSON reader keeps exactly
constexpr uint64_t kCountMax = 1'000'000'000;

struct Range {
  int64_t least;
  int64_t most;
};
constexpr Range kMs = {0, kDelayMsMax};
constexpr Range kBytes = {0, 1 << 20};
constexpr Range kPerSecond = {1, 1000};
constexpr Range kSeconds = {-kSkewSecondsMax, kSkewSecondsMax};
constexpr int64_t kReorderMs = 1000;

absl::Status ReadMs(const Reader& reader, Rule& rule) {
  const Node* const ms = reader.Find("ms");
  if (ms == nullptr || ms->kind != Node::Kind::kArray) {
    rule.least_ms = rule.act == Do::kReorder ? kReorderMs : 0;
    absl::Status read = reader.Number("ms", kMs.least, kMs.most, rule.least_ms);
    rule.most_ms = rule.least_ms;
    return read;
  }
  const auto whole = [](const Node& node, int64_t& number) {
    return node.kind == Node::Kind::kNumber && absl::SimpleAtoi(node.text, &number) &&
           number >= kMs.least && number <= kMs.most;
  };
  if (ms->elements.size() != 2 || !whole(ms->elements[0], rule.least_ms) ||
      !whole(ms->elements[1], rule.most_ms) || rule.least_ms > rule.most_ms) {
    return reader.Fault(*ms, "ms", "no range",
                        absl::StrCat("a whole number, or [least, most], from 0 to ", kMs.most));
  }
  return absl::OkStatus();
}

absl::Status ReadCode(const Reader& reader, Rule& rule) {
  const std::string wanted = OneOf(RejectCodes(), [](int code) { return absl::StrCat(code); });
  const auto node = reader.Find("code", Node::Kind::kNumber, wanted);
  if (!node.ok()) return node.status();
  const auto codes = RejectCodes();
  if (!absl::SimpleAtoi((*node)->text, &rule.code) ||
      std::find(codes.begin(), codes.end(), rule.code) == codes.end()) {
    return reader.Fault(**node, "code", (*node)->text, wanted);
  }
  return absl::OkStatus();
}

absl::Status ReadTaken(const Reader& reader, Rule& rule) {
  const auto node = reader.Find("taken", Node::Kind::kBool, "true or false");
  if (node.ok() && *node != nullptr) rule.taken = (*node)->text == "true";
  return node.status();
}

absl::Status ReadToken(const Reader& reader, Rule& rule) {
  std::string text;
  absl::Status read = reader.Text("token", "\"missing\" or \"other\"", text);
  if (!read.ok()) return read;
  if (text != "missing" && text != "other") {
    return reader.Fault(*reader.Find("token"), "token", Quoted(text), "\"missing\" or \"other\"");
  }
  rule.other_token = text == "other";
  return absl::OkStatus();
}

// What the rule's `do` has beside it.
absl::Status ReadParameter(const Reader& reader, absl::string_view member, Rule& rule) {
  if (member == "ms") return ReadMs(reader, rule);
  if (member == "code") return ReadCode(reader, rule);
  if (member == "taken") return ReadTaken(reader, rule);
  if (member == "token") return ReadToken(reader, rule);
  if (member == "seconds") {
    return reader.Number(member, kSeconds.least, kSeconds.most, rule.seconds);
  }
  if (member == "bytes") return reader.Number(member, kBytes.least, kBytes.most, rule.bytes);
  return reader.Number(member, kPerSecond.least, kPerSecond.most, rule.per_second);
}

absl::Status ReadOn(const Reader& reader, Rule& rule) {
  constexpr On kOns[] = {On::kConnect, On::kSubscribe, On::kRequest, On::kAnswer,
                         On::kDeliver, On::kSession,   On::kHttps};
  const std::string wanted = OneOf(kOns, [](On on) { return Quoted(OnText(on)); });
  if (reader.Find("on") == nullptr) return reader.Missing("on", wanted);
  std::string text;
  if (absl::Status read = reader.Text("on", wanted, text); !read.ok()) return read;
  for (const On on : kOns) {
    if (text != OnText(on)) continue;
    rule.on = on;
    return absl::OkStatus();
  }
  return reader.Fault(*reader.Find("on"), "on", Quoted(text), wanted);
}

absl::Status ReadDo(const Reader& reader, Rule& rule) {
  std::vector<Ability> able;
  for (const Ability& each : Abilities()) {
    if (std::find(each.on.begin(), each.on.end(), rule.on) != each.on.end()) able.push_back(each);
  }
  const std::string wanted =
      absl::StrCat("for on ", OnText(rule.on), " ",
                   OneOf(able, [](const Ability& each) { return Quoted(each.name); }));
  if (reader.Find("do") == nullptr) return reader.Missing("do", wanted);
  std::string text;
  if (absl::Status read = reader.Text("do", wanted, text); !read.ok()) return read;
  const auto found = std::find_if(able.begin(), able.end(),
                                  [&](const Ability& each) { return each.name == text; });
  if (found == able.end()) return reader.Fault(*reader.Find("do"), "do", Quoted(text), wanted);
  rule.act = found->act;
  return absl::OkStatus();
}

absl::Status ReadAt(const Reader& reader, Rule& rule) {
  constexpr absl::string_view kWanted =
      "an object that has, for each key, its places as whole numbers that rise";
  const auto node = reader.Find("at", Node::Kind::kObject, kWanted);
  if (!node.ok() || *node == nullptr) return node.status();
  for (size_t i = 0; i < (*node)->names.size(); ++i) {
    const Node& list = (*node)->elements[i];
    std::vector<uint64_t>& places = rule.at[(*node)->names[i].text];
    for (const Node& element : list.elements) {
      uint64_t k;
      if (element.kind != Node::Kind::kNumber || !absl::SimpleAtoi(element.text, &k) ||
          (!places.empty() && k <= places.back())) {
        return reader.Fault(element, "at", "something else", kWanted);
      }
      places.push_back(k);
    }
    if (list.kind != Node::Kind::kArray || places.empty()) {
      return reader.Fault(list, "at", "something else", kWanted);
    }
  }
  return rule.at.empty() ? reader.Fault(**node, "at", "empty", kWanted) : absl::OkStatus();
}

absl::Status ReadProbability(const Reader& reader, Rule& rule) {
  const auto node = reader.Find("probability", Node::Kind::kNumber, "a number from 0 to 1");
  if (!node.ok() || *node == nullptr) return node.status();
  if (!absl::SimpleAtod((*node)->text, &rule.probability) || !(rule.probability >= 0) ||
      !(rule.probability <= 1)) {
    return reader.Fault(**node, "probability", (*node)->text, "a number from 0 to 1");
  }
  return absl::OkStatus();
}

absl::Status ReadWhen(const Reader& reader, Rule& rule) {
  absl::Status read = reader.Number("skip", uint64_t{0}, kCountMax, rule.skip);
  if (read.ok()) read = reader.Number("count", uint64_t{1}, kCountMax, rule.count);
  if (read.ok()) read = reader.Number("every", uint64_t{1}, kCountMax, rule.every);
  if (read.ok()) read = ReadProbability(reader, rule);
  if (read.ok()) read = ReadAt(reader, rule);
  if (!read.ok() || rule.at.empty()) return read;
  for (const absl::string_view other : {"skip", "count", "every", "probability"}) {
    if (const Node* const node = reader.Find(other)) {
      return policy::Fault(node->place,
                           absl::StrCat(reader.what(), ": \"", other,
                                        "\" does not go with \"at\", which says it all"));
    }
  }
  return read;
}

absl::StatusOr<Rule> ReadRule(const Node& node, size_t number) {
  std::string what = absl::StrCat("rule ", number);
  if (auto status = policy::WantKind(node, Node::Kind::kObject, what); !status.ok()) return status;
  Rule rule;
  if (const Node* const id = node.Find("id"); id != nullptr && id->kind == Node::Kind::kString) {
    rule.id = id->text;
  }
  if (!IsPlanName(rule.id)) {
    const Node* const id = node.Find("id");
    return policy::Fault(
        (id == nullptr ? node : *id).place,
        absl::StrCat(what, ": \"id\" must be a text of 1 to 64 of a-z, A-Z, 0-9, _ and -"));
  }
  const Reader reader(node, absl::StrCat("rule \"", rule.id, "\""));
  absl::Status read = ReadOn(reader, rule);
  if (read.ok()) read = ReadDo(reader, rule);
  if (!read.ok()) return read;
  const Ability& ability = AbilityOf(rule.act);
  std::vector<absl::string_view> known = {"id",    "on",    "where",       "do", "skip",
                                          "count", "every", "probability", "at"};
  for (const absl::string_view member : {ability.needs, ability.may_have}) {
    if (!member.empty()) known.push_back(member);
  }
  read = policy::RefuseUnknown(node, absl::StrCat(reader.what(), " with do ", ability.name), known);
  if (read.ok()) read = Where::Read(reader, rule.on, rule.where);
  if (read.ok()) read = ReadWhen(reader, rule);
  if (read.ok() && !ability.needs.empty() && reader.Find(ability.needs) == nullptr) {
    read = reader.Missing(ability.needs, absl::StrCat("do ", ability.name, " needs it"));
  }
  const absl::string_view parameter = ability.needs.empty() ? ability.may_have : ability.needs;
  if (read.ok() && !parameter.empty()) read = ReadParameter(reader, parameter, rule);
  if (!read.ok()) return read;
  return rule;
}

absl::Status ReadFor(const Reader& reader, Plan& plan) {
  constexpr absl::string_view kWanted =
      "how long the plan lasts, at most \"24h\": a whole number and ms, s, m or h";
  if (reader.Find("for") == nullptr) return reader.Missing("for", kWanted);
  std::string text;
  if (auto status = reader.Text("for", kWanted, text); !status.ok()) return status;
  const auto ms = ParseDuration(text);
  if (!ms) return reader.Fault(*reader.Find("for"), "for", Quoted(text), kWanted);
  plan.for_ms = *ms;
  return absl::OkStatus();
}

absl::Status ReadRules(const Reader& reader, Plan& plan) {
  const std::string wanted = absl::StrCat("a list of 1 to ", kRulesMax, " rules");
  const auto rules = reader.Find("rules", Node::Kind::kArray, wanted);
  if (!rules.ok()) return rules.status();
  if (*rules == nullptr) return reader.Missing("rules", wanted);
  const auto& elements = (*rules)->elements;
  if (elements.empty() || elements.size() > kRulesMax) {
    return reader.Fault(**rules, "rules", absl::StrCat("a list of ", elements.size()), wanted);
  }
  std::set<std::string> ids;
  for (size_t i = 0; i < elements.size(); ++i) {
    auto rule = ReadRule(elements[i], i + 1);
    if (!rule.ok()) return rule.status();
    if (!ids.insert(rule->id).second) {
      return policy::Fault(elements[i].place,
                           absl::StrCat("rule ", i + 1, ": another rule has the id \"", rule->id,
                                        "\", too; each needs one of its own"));
    }
    plan.rules.push_back(*std::move(rule));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Plan> ParseNamelessPlan(const Node& node) {
  absl::Status read = policy::WantKind(node, Node::Kind::kObject, "a fault plan");
  if (read.ok()) read = policy::RefuseUnknown(node, "a nameless fault plan", {"for", "rules"});
  if (!read.ok()) return read;
  const Reader reader(node, "fault plan");
  Plan plan;
  read = ReadFor(reader, plan);
  if (read.ok()) read = ReadRules(reader, plan);
  if (!read.ok()) return read;
  return plan;
}

absl::StatusOr<Plan> ParsePlan(absl::string_view text) {
  const auto tree = policy::ParseJsonTree(text);
  if (!tree.ok()) return tree.status();
  absl::Status read = policy::WantKind(*tree, Node::Kind::kObject, "a plan");
  if (read.ok()) {
    read = policy::RefuseUnknown(*tree, "a plan", {"name", "seed", "for", "rules"});
  }
  if (!read.ok()) return read;
  const Reader reader(*tree, "plan");
  constexpr absl::string_view kName = "a text of 1 to 64 of a-z, A-Z, 0-9, _ and -";
  Plan plan;
  if (reader.Find("name") == nullptr) return reader.Missing("name", kName);
  read = reader.Text("name", kName, plan.name);
  if (read.ok() && !IsPlanName(plan.name)) {
    read = reader.Fault(*reader.Find("name"), "name", Quoted(plan.name), kName);
  }
  if (read.ok()) read = reader.Number("seed", uint64_t{0}, kSeedMax, plan.seed);
  if (read.ok()) read = ReadFor(reader, plan);
  if (read.ok()) read = ReadRules(reader, plan);
  if (!read.ok()) return read;
  return plan;
}

}  // namespace faults
