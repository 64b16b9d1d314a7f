#include "cli/advise/report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "cli/json_text.h"
#include "cli/shadow/terminal.h"

namespace cli {
namespace {

using advise::Verdict;
using Kind = Verdict::Kind;

constexpr Kind kKinds[] = {Kind::kPass, Kind::kWarn, Kind::kFail, Kind::kNotApplicable,
                           Kind::kError};

bool IsTrouble(Kind kind) {
  return kind == Kind::kWarn || kind == Kind::kFail || kind == Kind::kError;
}

std::string Seconds(int64_t us) { return absl::StrFormat("%.3f", static_cast<double>(us) / 1e6); }

// The step, the observations and the command, a line each.
std::string Details(const Advice& advice) {
  const Verdict& verdict = advice.verdict;
  std::string text = absl::StrCat("step ", verdict.step, ": ", Shown(verdict.text), "\n",
                                  Shown(verdict.why), "\n");
  if (!verdict.last.empty()) {
    absl::StrAppend(&text, "the device, since the scenario began:\n");
    for (const advise::Observation& one : verdict.last) {
      absl::StrAppend(&text, "  ", Shown(advise::ObservationText(one, verdict.began_us)), "\n");
    }
  } else {
    absl::StrAppend(&text, "the device did nothing since the scenario began\n");
  }
  return absl::StrCat(text, "again: ", advice.repeat, "\n");
}

std::string Indented(absl::string_view text) {
  std::string out;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    absl::StrAppend(&out, "    ", line, "\n");
  }
  return out;
}

// What XML cannot hold at all becomes a question mark.
std::string Xml(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += byte < 0x20 && c != '\n' && c != '\t' ? '?' : c;
  }
  return out;
}

std::string CaseXml(const Advice& advice) {
  const Verdict& verdict = advice.verdict;
  std::string text =
      absl::StrCat("    <testcase classname=\"advise.", Xml(advice.scenario->group), "\" name=\"",
                   Xml(advice.scenario->name), "\" time=\"", Seconds(verdict.took_us), "\"");
  const std::string why = Xml(verdict.why);
  switch (verdict.kind) {
    case Kind::kPass:
      return text + "/>\n";
    case Kind::kWarn:
      return absl::StrCat(text, ">\n      <system-out>", Xml(Details(advice)),
                          "</system-out>\n    </testcase>\n");
    case Kind::kNotApplicable:
      return absl::StrCat(text, ">\n      <skipped message=\"", why, "\"/>\n    </testcase>\n");
    default:
      break;
  }
  const absl::string_view element = verdict.kind == Kind::kFail ? "failure" : "error";
  return absl::StrCat(text, ">\n      <", element, " type=\"", element, "\" message=\"", why, "\">",
                      Xml(Details(advice)), "</", element, ">\n    </testcase>\n");
}

}  // namespace

int64_t AdviceReport::Count(Kind kind) const {
  return std::count_if(advices.begin(), advices.end(),
                       [&](const Advice& advice) { return advice.verdict.kind == kind; });
}

std::string AdviceText(const Advice& advice, bool colour) {
  const Verdict& verdict = advice.verdict;
  const bool trouble = IsTrouble(verdict.kind);
  const bool ran = verdict.kind != Kind::kNotApplicable;
  const std::string head =
      absl::StrFormat("%-22s %-14s", advice.scenario->name, advise::VerdictText(verdict.kind));
  std::string line = absl::StrCat(
      trouble ? Lit(head, colour) : head, " ", ran ? advise::SecondsText(verdict.took_us) : "",
      "  ", verdict.why.empty() ? advice.scenario->about : Shown(verdict.why), "\n");
  return trouble ? line + Indented(Details(advice)) : line;
}

std::string SummaryText(const AdviceReport& report) {
  std::string text = absl::StrCat(report.advices.size(), " scenarios");
  absl::string_view before = ": ";
  for (const Kind kind : kKinds) {
    const int64_t count = report.Count(kind);
    if (count == 0) continue;
    absl::StrAppend(&text, before, count, " ", advise::VerdictText(kind));
    before = ", ";
  }
  return absl::StrCat(text, "; seed ", report.seed);
}

std::string AdviceJson(const AdviceReport& report) {
  std::vector<JsonText> verdicts;
  for (const Advice& advice : report.advices) {
    const Verdict& verdict = advice.verdict;
    std::vector<std::string> last;
    for (const advise::Observation& one : verdict.last) {
      last.push_back(advise::ObservationText(one, verdict.began_us));
    }
    verdicts.push_back(
        JsonText::Object({{"scenario", JsonText::String(advice.scenario->name)},
                          {"group", JsonText::String(advice.scenario->group)},
                          {"deviceAdvisor", JsonText::String(advice.scenario->advisor)},
                          {"about", JsonText::String(advice.scenario->about)},
                          {"verdict", JsonText::String(advise::VerdictText(verdict.kind))},
                          {"seconds", JsonText::Raw(Seconds(verdict.took_us))},
                          {"step", JsonText::Number(static_cast<int64_t>(verdict.step))},
                          {"stepText", JsonText::String(verdict.text)},
                          {"why", JsonText::String(verdict.why)},
                          {"observations", JsonText::Strings(last)},
                          {"repeat", JsonText::String(advice.repeat)}}));
  }
  std::vector<JsonText::Member> counts;
  for (const Kind kind : kKinds) {
    counts.push_back({advise::VerdictText(kind), JsonText::Number(report.Count(kind))});
  }
  return JsonText::Object({{"thing", JsonText::String(report.thing)},
                           {"seed", JsonText::Number(report.seed)},
                           {"counts", JsonText::Object(counts)},
                           {"verdicts", JsonText::Array(verdicts)}})
      .text();
}

std::string AdviceJunit(const AdviceReport& report) {
  int64_t took_us = 0;
  std::string cases;
  for (const Advice& advice : report.advices) {
    took_us += advice.verdict.took_us;
    cases += CaseXml(advice);
  }
  const std::string counts =
      absl::StrCat("tests=\"", report.advices.size(), "\" failures=\"", report.Count(Kind::kFail),
                   "\" errors=\"", report.Count(Kind::kError), "\"");
  return absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites ", counts, ">\n",
                      "  <testsuite name=\"shadowctl advise ", Xml(report.thing), "\" ", counts,
                      " skipped=\"", report.Count(Kind::kNotApplicable), "\" time=\"",
                      Seconds(took_us), "\">\n", cases, "  </testsuite>\n</testsuites>\n");
}

}  // namespace cli
