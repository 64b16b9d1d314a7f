#include "service/api/console_plane.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "policy/explain.h"
#include "policy/json_tree.h"
#include "rest/call.h"
#include "service/console/bundle.h"
#include "shadow/id.h"

namespace service {
namespace {

constexpr absl::string_view kSession = "/_shadow/v1/session";
constexpr absl::string_view kRoot = "/console";

rest::Answer AnswerWith(std::string body) {
  rest::Answer answer;
  answer.body = std::move(body);
  return answer;
}

rest::Answer RefuseWith(const rest::Error& error, const HttpExchange& exchange) {
  return rest::WordError(error, exchange.request_id);
}

bool IsOfPages(absl::string_view path) {
  return path == kRoot || absl::StartsWith(path, kConsolePath);
}

// A question as it came: texts, all of them empty unless given.
struct ExplainQuestion {
  std::string thing{};
  std::string certificate{};
  std::string client_id{};
  std::string action{};
  std::string resource{};
  std::string source_ip{};
};

absl::StatusOr<ExplainQuestion> ReadQuestion(absl::string_view body) {
  const auto tree = policy::ParseJsonTree(body);
  if (!tree.ok()) return tree.status();
  if (absl::Status object = policy::WantKind(*tree, policy::Node::Kind::kObject, "a question");
      !object.ok()) {
    return object;
  }
  ExplainQuestion question;
  const std::pair<absl::string_view, std::string*> members[] = {
      {"thing", &question.thing},        {"certificate", &question.certificate},
      {"clientId", &question.client_id}, {"action", &question.action},
      {"resource", &question.resource},  {"sourceIp", &question.source_ip}};
  for (size_t i = 0; i < tree->names.size(); ++i) {
    const auto* const member =
        std::find_if(std::begin(members), std::end(members),
                     [&](const auto& one) { return one.first == tree->names[i].text; });
    if (member == std::end(members)) {
      return policy::Fault(tree->names[i].place,
                           absl::StrCat("\"", tree->names[i].text, "\" is not known here"));
    }
    if (absl::Status text = policy::WantKind(tree->elements[i], policy::Node::Kind::kString,
                                             absl::StrCat("\"", member->first, "\""));
        !text.ok()) {
      return text;
    }
    *member->second = tree->elements[i].text;
  }
  return question;
}

using CertificatePtr = std::shared_ptr<const policy::Certificate>;

// The certificate that a question is about: the one that it names, or the only one of the thing.
absl::StatusOr<CertificatePtr> CertificateOf(const policy::Registry& registry,
                                             const ExplainQuestion& question) {
  const auto& all = registry.certificates();
  if (!question.certificate.empty()) {
    const auto found = all.find(question.certificate);
    if (found != all.end()) return found->second;
    return absl::NotFoundError(absl::StrCat("No certificate has the id ", question.certificate));
  }
  if (question.thing.empty()) {
    return absl::InvalidArgumentError("A question names who asks: a thing or a certificate");
  }
  CertificatePtr only;
  for (const auto& [id, certificate] : all) {
    const bool is_of_thing =
        std::any_of(certificate->things.begin(), certificate->things.end(),
                    [&](const policy::Reference& thing) { return thing.name == question.thing; });
    if (!is_of_thing) continue;
    if (only != nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("More than one certificate is attached to ", question.thing, ": say which"));
    }
    only = certificate;
  }
  if (only != nullptr) return only;
  return absl::NotFoundError(absl::StrCat("No certificate is attached to ", question.thing));
}

absl::StatusOr<policy::Explanation> ExplanationOf(const policy::Registry& registry,
                                                  const ExplainQuestion& question, int64_t now) {
  const auto action = policy::FindAction(question.action);
  if (!action) {
    const auto add = [](std::string* out, policy::Action one) {
      out->append(policy::ActionName(one).data(), policy::ActionName(one).size());
    };
    return absl::InvalidArgumentError(
        absl::StrCat("\"action\" is one of ", absl::StrJoin(policy::AllActions(), ", ", add)));
  }
  const auto name = policy::NameInResource(question.resource, *action);
  if (!name) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"resource\" is what ", policy::ActionName(*action),
                     " is asked for: ", policy::KindName(policy::KindOf(*action)), "/NAME"));
  }
  auto certificate = CertificateOf(registry, question);
  if (!certificate.ok()) return certificate.status();
  policy::Asker asker;
  asker.facts.id = (*certificate)->id;
  asker.certificate = *std::move(certificate);
  asker.client_id = question.client_id.empty() ? question.thing : question.client_id;
  asker.source_ip = question.source_ip;
  return policy::Explain(registry, std::move(asker), *action, std::string(*name), now);
}

}  // namespace

struct ConsolePlane::Route {
  absl::string_view method;  // GET stands for HEAD, too
  absl::string_view path;
  void (ConsolePlane::*answer)(const Asking& asking, const Respond& respond);
};

absl::Span<const ConsolePlane::Route> ConsolePlane::Routes() {
  static constexpr Route kRoutes[] = {
      {"POST", "/_shadow/v1/things/{thingName}/check", &ConsolePlane::Check},
      {"POST", "/_shadow/v1/explain", &ConsolePlane::Explain},
      {"GET", "/_shadow/v1/things", &ConsolePlane::ListThings},
      {"GET", "/_shadow/v1/things/{thingName}", &ConsolePlane::TellThing},
      {"GET", "/_shadow/v1/health", &ConsolePlane::TellHealth},
      {"GET", "/_shadow/v1/refusals", &ConsolePlane::TellRefusals},
  };
  return kRoutes;
}

bool ConsolePlane::IsFor(const HttpExchange& exchange) {
  const rest::Target& target = exchange.target;
  const auto routes = Routes();
  return IsOfPages(target.path) || target.path == kSession ||
         std::any_of(routes.begin(), routes.end(), [&](const Route& route) {
           return rest::NamesAt(route.path, target.segments).has_value();
         });
}

std::optional<rest::Error> ConsolePlane::JudgeHead(const HttpExchange& head) const {
  if (IsOfPages(head.target.path) || head.target.path == kSession) return std::nullopt;
  const auto identified = door_.Identify(head);
  if (const auto* const error = std::get_if<rest::Error>(&identified)) return *error;
  if (std::holds_alternative<ConsoleDoor::Nobody>(identified)) return ConsoleDoor::NobodyIsThere();
  return std::nullopt;
}

void ConsolePlane::Handle(const Exchange& exchange, const Respond& respond) {
  if (IsOfPages(exchange->target.path)) return respond(Serve(*exchange));
  if (exchange->target.path == kSession) return door_.Handle(exchange, respond);
  if (const auto error = JudgeHead(*exchange)) return respond(RefuseWith(*error, *exchange));
  const auto identified = door_.Identify(*exchange);
  const auto& session = *std::get<ConsoleSessions::Session>(identified);
  const absl::string_view method =
      exchange->request.method == "HEAD" ? "GET" : exchange->request.method;
  std::vector<absl::string_view> allowed;
  for (const Route& route : Routes()) {
    const auto names = rest::NamesAt(route.path, exchange->target.segments);
    if (!names) continue;
    if (route.method == method) {
      return (this->*route.answer)({*exchange, *names, session}, respond);
    }
    allowed.push_back(route.method == "GET" ? "GET, HEAD" : route.method);
  }
  respond(RefuseWith(rest::MethodNotAllowed(absl::StrJoin(allowed, ", ")), *exchange));
}

rest::Answer ConsolePlane::Serve(const HttpExchange& exchange) const {
  const absl::string_view method = exchange.request.method;
  if (method != "GET" && method != "HEAD") {
    return RefuseWith(rest::MethodNotAllowed("GET, HEAD"), exchange);
  }
  absl::string_view path = exchange.target.path;
  if (absl::ConsumePrefix(&path, kConsolePath)) return AnswerFromBundle(path, exchange.request);
  rest::Answer answer;
  answer.status = 308;
  answer.location = std::string(kConsolePath);
  return answer;
}

void ConsolePlane::ListThings(const Asking& asking, const Respond& respond) {
  const auto wrong = rest::GivenWrong(asking.exchange.target, {"q", "sort", "after", "limit"});
  if (wrong) return respond(RefuseWith(*wrong, asking.exchange));
  live_.things().List(asking.exchange.target, asking.exchange.request_id, respond);
}

void ConsolePlane::TellThing(const Asking& asking, const Respond& respond) {
  live_.things().One(asking.names[0], asking.exchange.request_id, respond);
}

void ConsolePlane::TellHealth(const Asking&, const Respond& respond) {
  respond(AnswerWith(live_.HealthJson()));
}

void ConsolePlane::TellRefusals(const Asking&, const Respond& respond) {
  respond(AnswerWith(live_.RefusalsJson()));
}

void ConsolePlane::Check(const Asking& asking, const Respond& respond) { respond(Check(asking)); }

void ConsolePlane::Explain(const Asking& asking, const Respond& respond) {
  respond(Explain(asking));
}

rest::Answer ConsolePlane::Check(const Asking& asking) {
  const shadow::ShadowId id = {asking.names[0], asking.exchange.target.Find("name").value_or("")};
  if (const auto twice = rest::GivenTwice(asking.exchange.target, {"name"})) {
    return RefuseWith(*twice, asking.exchange);
  }
  if (!shadow::IsThingName(id.thing)) return RefuseWith(rest::BadThingName(), asking.exchange);
  if (!id.classic() && !shadow::IsShadowName(id.name)) {
    return RefuseWith(rest::BadShadowName(), asking.exchange);
  }
  const std::string resource =
      id.classic() ? std::string(id.thing) : absl::StrCat(id.thing, "/", id.name);
  if (!sessions_.May(asking.session, policy::Action::kGetThingShadow, resource)) {
    return RefuseWith(rest::Forbidden(), asking.exchange);
  }
  auto previewed = preview_.Of(id, asking.exchange.request.body);
  if (previewed.ok()) return AnswerWith(*std::move(previewed));
  log_.Error("read_failed",
             {{"shadow", shadow::DisplayName(id)}, {"cause", previewed.status().ToString()}});
  return RefuseWith(rest::InternalFailure(), asking.exchange);
}

rest::Answer ConsolePlane::Explain(const Asking& asking) {
  const auto question = ReadQuestion(asking.exchange.request.body);
  if (!question.ok()) {
    return RefuseWith(rest::InvalidRequest(question.status().message()), asking.exchange);
  }
  const auto explanation = registry_.Read([&](const policy::Registry& registry) {
    return ExplanationOf(registry, *question, absl::ToUnixSeconds(absl::Now()));
  });
  if (explanation.ok()) return AnswerWith(policy::JsonOf(*explanation));
  const absl::string_view why = explanation.status().message();
  return RefuseWith(
      absl::IsNotFound(explanation.status()) ? rest::NotFound(why) : rest::InvalidRequest(why),
      asking.exchange);
}

}  // namespace service
