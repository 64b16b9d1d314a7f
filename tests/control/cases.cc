#include "tests/control/cases.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "identity/certificate.h"
#include "tests/control/signing.h"

namespace control {
namespace {

using policy::Node;

constexpr absl::string_view kArnsOfCases = "arn:aws:iot:us-east-1:000000000000";
constexpr size_t kCaseBytesMax = 1 << 20;

std::string Read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::string PemFile(absl::string_view name) {
  return Read(std::filesystem::path(CASES_DIR) / "account" / "pem" / std::string(name));
}

std::string IdOf(const std::string& pem) {
  return identity::CertificateId(**identity::ParseCertificate(pem));
}

std::string PercentEncoded(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(c) || absl::StrContains("-._~", absl::string_view(&c, 1))) {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string Printed(const Node& node, const Fill& fill);

std::string Quoted(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&out, "\\", absl::string_view(&c, 1));
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppend(&out, "\\u", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad4));
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

std::string PrintedParts(const Node& node, const Fill& fill) {
  std::string out;
  for (size_t i = 0; i < node.elements.size(); ++i) {
    if (i != 0) out += ",";
    if (node.kind == Node::Kind::kObject) {
      absl::StrAppend(&out, Quoted(fill(node.names[i].text)), ":");
    }
    out += Printed(node.elements[i], fill);
  }
  return out;
}

// As JSON, with its texts filled.
std::string Printed(const Node& node, const Fill& fill) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kString:
      return Quoted(fill(node.text));
    case Node::Kind::kObject:
      return absl::StrCat("{", PrintedParts(node, fill), "}");
    case Node::Kind::kArray:
      return absl::StrCat("[", PrintedParts(node, fill), "]");
    default:
      return node.text;
  }
}

std::map<std::string, std::string> Pairs(const Node* object, const Fill& fill) {
  std::map<std::string, std::string> pairs;
  if (object == nullptr) return pairs;
  for (size_t i = 0; i < object->names.size(); ++i) {
    pairs[object->names[i].text] = fill(object->elements[i].text);
  }
  return pairs;
}

std::string TextOf(const Node& node, absl::string_view name) {
  const Node* member = node.Find(name);
  return member != nullptr ? member->text : "";
}

int64_t NumberOf(const Node& node, absl::string_view name) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(TextOf(node, name), &number)) return 0;
  return number;
}

// A request's payload as the service handles it: what CBOR says with bytes is base64 there.
Node WithoutBytes(Node node) {
  if (const Node* bytes = node.Find("$bytes")) return Node(*bytes);
  for (Node& element : node.elements) element = WithoutBytes(std::move(element));
  return node;
}

// The first of `names` that is a member of a step; what it is about, for whoever reads a failure.
std::string StepText(const Node& step) {
  for (const absl::string_view name : {"method", "publish", "pass_s", "restart", "sign"}) {
    if (step.Find(name) != nullptr) {
      return absl::StrCat(name, " ", TextOf(step, name), " ", TextOf(step, "path"));
    }
  }
  return "a step that is none";
}

bool HasNull(const Node& node) {
  return node.kind == Node::Kind::kNull ||
         std::any_of(node.elements.begin(), node.elements.end(), HasNull);
}

struct Said {
  int status;
  std::string error;
  Node content;
};

class Run {
 public:
  explicit Run(const Ask& ask, CaseSubject* subject = nullptr) : ask_(ask), subject_(subject) {}

  absl::Status Step(const Node& step) {
    if (subject_ == nullptr) return Exchange(step);
    (void)subject_->TakePublished();
    absl::Status status = Act(step);
    return status.ok() ? CheckPublished(step) : status;
  }

 private:
  // A step that may be one of devices.
  absl::Status Act(const Node& step) {
    if (step.Find("pass_s") != nullptr) {
      subject_->Pass(NumberOf(step, "pass_s"));
      return absl::OkStatus();
    }
    if (step.Find("restart") != nullptr) {
      subject_->Restart();
      return absl::OkStatus();
    }
    const Node* publish = step.Find("publish");
    if (publish == nullptr) return Exchange(step);
    if (step.Find("hex") != nullptr) return absl::OkStatus();
    std::string payload = fill_(TextOf(step, "text"));
    if (const Node* node = step.Find("payload")) payload = Printed(WithoutBytes(*node), fill_);
    return CheckDeviceAnswer(step, subject_->Publish(fill_(publish->text), payload));
  }

  absl::Status CheckDeviceAnswer(const Node& step, const CaseAnswer& answer) {
    const Node* want = step.Find(answer.accepted ? "accepted" : "rejected");
    if (want == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat(answer.accepted ? "it is accepted: " : "it is rejected: ", answer.payload));
    }
    return CheckJson(*want, answer.payload, "the answer");
  }

  absl::Status CheckJson(const Node& want, const std::string& text, const std::string& where) {
    const auto content = policy::ParseJsonTree(text, kCaseBytesMax);
    if (!content.ok()) return content.status();
    absl::Status status = Match(want, *content, where, fill_, saved_);
    if (status.ok()) return status;
    return absl::FailedPreconditionError(
        absl::StrCat(status.message(), "; what came was ", text.substr(0, 2000)));
  }

  absl::Status CheckPublished(const Node& step) {
    const std::vector<CaseMessage> messages = subject_->TakePublished();
    const Node* wanted = step.Find("published");
    if (wanted == nullptr) return absl::OkStatus();
    std::string topics;
    for (const CaseMessage& message : messages) absl::StrAppend(&topics, " ", message.topic);
    if (messages.size() != wanted->elements.size()) {
      return absl::FailedPreconditionError(absl::StrCat("published are ", messages.size(),
                                                        " messages and not ",
                                                        wanted->elements.size(), ":", topics));
    }
    for (size_t i = 0; i < messages.size(); ++i) {
      absl::Status status = CheckMessage(wanted->elements[i], messages[i]);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status CheckMessage(const Node& want, const CaseMessage& message) {
    const auto text = [](absl::string_view value) {
      Node node;
      node.kind = Node::Kind::kString;
      node.text = std::string(value);
      return node;
    };
    const std::string where = absl::StrCat("the message to ", message.topic);
    absl::Status status;
    if (fill_(TextOf(want, "topic")) != message.topic) {
      status = absl::FailedPreconditionError(
          absl::StrCat(where, " comes and not that to ", fill_(TextOf(want, "topic"))));
    }
    if (status.ok() && message.content_type != fill_(TextOf(want, "content_type"))) {
      status = absl::FailedPreconditionError(
          absl::StrCat(where, " has the content type '", message.content_type, "'"));
    }
    if (status.ok() && message.expires_in_s != NumberOf(want, "expires_in_s")) {
      status = absl::FailedPreconditionError(
          absl::StrCat(where, " expires in ", message.expires_in_s, " s"));
    }
    if (!status.ok()) return status;
    if (const Node* payload = want.Find("payload")) {
      return CheckJson(*payload, message.payload, where);
    }
    if (const Node* raw = want.Find("text")) {
      return Match(*raw, text(message.payload), where, fill_, saved_);
    }
    return status;
  }

  absl::Status Exchange(const Node& step) {
    if (const Node* sign = step.Find("sign")) {
      const std::string authority = TextOf(*sign, "authority");
      saved_[TextOf(*sign, "save")] =
          SignedBy(PemFile(absl::StrCat(authority, ".pem")),
                   PemFile(absl::StrCat(authority, ".key")), fill_(TextOf(*sign, "commonName")));
      return absl::OkStatus();
    }
    CaseRequest request = {.method = TextOf(step, "method"),
                           .path = fill_(TextOf(step, "path")),
                           .query = Pairs(step.Find("query"), fill_),
                           .headers = Pairs(step.Find("headers"), fill_)};
    if (step.Find("scope") != nullptr) request.scope = TextOf(step, "scope");
    if (const Node* body = step.Find("body")) request.body = Printed(*body, fill_);
    if (const Node* text = step.Find("text")) request.body = fill_(text->text);
    const auto said =
        step.Find("walk") != nullptr ? Walk(request, TextOf(step, "walk")) : Once(request);
    return said.ok() ? Check(step, *said) : said.status();
  }

  absl::StatusOr<Said> Once(const CaseRequest& request) {
    const CaseReply reply = ask_(request);
    absl::StatusOr<Node> content =
        policy::ParseJsonTree(reply.body.empty() ? "{}" : reply.body, kCaseBytesMax);
    if (!content.ok()) return content.status();
    return Said{reply.status, reply.error, *std::move(content)};
  }

  absl::StatusOr<Said> Walk(CaseRequest request, const std::string& member) {
    Node all;
    all.kind = Node::Kind::kArray;
    for (int page = 0; page < 100; ++page) {
      absl::StatusOr<Said> said = Once(request);
      if (!said.ok()) return said;
      const Node* elements = said->content.Find(member);
      if (said->status != 200 || elements == nullptr) return said;
      const std::string& limit =
          request.query[request.query.count("maxResults") != 0 ? "maxResults" : "pageSize"];
      size_t size = 0;
      if (!absl::SimpleAtoi(limit, &size) || elements->elements.size() > size) {
        return absl::FailedPreconditionError(absl::StrCat("a page is larger than ", limit));
      }
      all.elements.insert(all.elements.end(), elements->elements.begin(), elements->elements.end());
      const std::string next = TextOf(said->content, "nextToken");
      const std::string marker = TextOf(said->content, "nextMarker");
      if (next.empty() && marker.empty()) {
        Node content;
        content.kind = Node::Kind::kObject;
        content.names = {{member, {}}};
        content.elements = {std::move(all)};
        return Said{200, said->error, std::move(content)};
      }
      request.query[next.empty() ? "marker" : "nextToken"] = next.empty() ? marker : next;
    }
    return absl::FailedPreconditionError("the pages have no end");
  }

  absl::Status Check(const Node& step, const Said& said) {
    answer_ = &said.content;
    std::string told =
        absl::StrCat(said.status, " ", said.error, " ",
                     Printed(said.content, [](auto text) { return std::string(text); }));
    told.resize(std::min<size_t>(told.size(), 2000));
    if (HasNull(said.content)) {
      return absl::FailedPreconditionError(absl::StrCat("a member is null: ", told));
    }
    const Node* others = step.Find("any_of");
    std::string reasons;
    for (const Node& other : others != nullptr ? others->elements : std::vector<Node>(1)) {
      absl::Status status = Holds(step, other, said);
      if (status.ok()) return status;
      absl::StrAppend(&reasons, status.message(), "; ");
    }
    return absl::FailedPreconditionError(absl::StrCat(reasons, "what came was ", told));
  }

  // Of the expectations of a step those count that `other` has no own of.
  absl::Status Holds(const Node& step, const Node& other, const Said& said) {
    const auto wanted = [&](absl::string_view name) {
      const Node* own = other.Find(name);
      return own != nullptr ? own : step.Find(name);
    };
    const Node* status = wanted("status");
    const std::string status_text = status != nullptr ? status->text : "200";
    if (absl::StrCat(said.status) != status_text) {
      return absl::FailedPreconditionError(
          absl::StrCat("the status is ", said.status, " and not ", status_text));
    }
    const Node* error = wanted("error");
    if (said.error != (error != nullptr ? error->text : "")) {
      return absl::FailedPreconditionError(absl::StrCat("the error is ", said.error));
    }
    const Node* told = said.content.Find("message");
    if (said.status >= 300 && (told == nullptr || told->text.empty())) {
      return absl::FailedPreconditionError("there is no message");
    }
    Saved saved = saved_;
    for (const auto& [want, value, where] :
         {std::tuple(wanted("message"), told, "the message"),
          std::tuple(wanted("answer"), &said.content, "the answer")}) {
      if (want == nullptr) continue;
      if (value == nullptr) return absl::FailedPreconditionError("there is no message");
      absl::Status matches = Match(*want, *value, where, fill_, saved);
      if (!matches.ok()) return matches;
    }
    saved_ = std::move(saved);
    return absl::OkStatus();
  }

  std::string Value(const std::string& name) {
    const size_t colon = name.find(':');
    const std::string kind = colon == std::string::npos ? "" : name.substr(0, colon);
    const std::string rest = colon == std::string::npos ? "" : name.substr(colon + 1);
    if (name == "arn") return std::string(kArnsOfCases);
    size_t count = 0;
    const size_t star = name.find('*');
    if (star != std::string::npos && absl::SimpleAtoi(name.substr(star + 1), &count)) {
      std::string times;
      for (; count > 0; --count) times += name.substr(0, star);
      return times;
    }
    if (kind == "pem") return PemFile(rest);
    if (kind == "id") return IdOf(PemFile(rest));
    if (kind == "idof") return IdOf(TextOf(*answer_, rest));
    if (kind == "uri") return PercentEncoded(rest);
    const auto found = saved_.find(name);
    if (found == saved_.end()) throw std::invalid_argument(absl::StrCat("nothing is ", name));
    return found->second;
  }

  std::string Filled(absl::string_view given) {
    std::string text = absl::StrReplaceAll(given, {{"$${", "\1"}});
    while (true) {  // the inner ones first
      const size_t begin = text.rfind("${");
      if (begin == std::string::npos) break;
      const size_t end = text.find('}', begin);
      text.replace(begin, end + 1 - begin, Value(text.substr(begin + 2, end - begin - 2)));
    }
    return absl::StrReplaceAll(text, {{"\1", "${"}});
  }

  const Ask& ask_;
  CaseSubject* const subject_;  // null: there are no devices
  const Node* answer_ = nullptr;
  Saved saved_;
  const Fill fill_ = [this](absl::string_view text) { return Filled(text); };
};

}  // namespace

void PrintTo(const Case& one, std::ostream* out) { *out << one.id; }

std::vector<Case> LoadCases(absl::string_view place) {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path given = std::filesystem::path(CASES_DIR) / std::string(place);
  if (given.extension() == ".json") {
    files.push_back(given);
  } else {
    for (const auto& file : std::filesystem::directory_iterator(given)) {
      if (file.path().extension() == ".json") files.push_back(file.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const std::filesystem::path& file : files) {
    const auto content = policy::ParseJsonTree(Read(file), kCaseBytesMax);
    if (!content.ok()) throw std::invalid_argument(std::string(content.status().message()));
    for (const Node& one : content->Find("cases")->elements) {
      cases.push_back(
          {absl::StrCat(file.stem().string(), ": ", TextOf(one, "rule"), " ", TextOf(one, "name")),
           one});
    }
  }
  return cases;
}

namespace {

absl::Status RunSteps(const Case& one, Run& run) {
  int number = 0;
  for (const Node& step : one.content.Find("steps")->elements) {
    ++number;
    const absl::Status status = run.Step(step);
    if (!status.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat("step ", number, ", ", StepText(step), ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunCase(const Case& one, const Ask& ask) {
  Run run(ask);
  return RunSteps(one, run);
}

absl::Status RunCase(const Case& one, CaseSubject& subject) {
  const Ask ask = [&](const CaseRequest& request) { return subject.Request(request); };
  Run run(ask, &subject);
  return RunSteps(one, run);
}

}  // namespace control
