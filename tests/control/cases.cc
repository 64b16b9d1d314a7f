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
  explicit Run(const Ask& ask) : ask_(ask) {}

  absl::Status Step(const Node& step) {
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
    if (const Node* body = step.Find("body")) request.body = Printed(*body, fill_);
    if (const Node* text = step.Find("text")) request.body = fill_(text->text);
    const auto said =
        step.Find("walk") != nullptr ? Walk(request, TextOf(step, "walk")) : Once(request);
    return said.ok() ? Check(step, *said) : said.status();
  }

 private:
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
    if (status_text != "200" && (told == nullptr || told->text.empty())) {
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
    if (name.size() > 2 && name[1] == '*' && absl::SimpleAtoi(name.substr(2), &count)) {
      return std::string(count, name[0]);
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
  const Node* answer_ = nullptr;
  Saved saved_;
  const Fill fill_ = [this](absl::string_view text) { return Filled(text); };
};

}  // namespace

void PrintTo(const Case& one, std::ostream* out) { *out << one.id; }

std::vector<Case> LoadCases() {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = std::filesystem::path(CASES_DIR) / "account";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".json") files.push_back(file.path());
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

absl::Status RunCase(const Case& one, const Ask& ask) {
  Run run(ask);
  int number = 0;
  for (const Node& step : one.content.Find("steps")->elements) {
    ++number;
    const absl::Status status = run.Step(step);
    if (!status.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat("step ", number, ", ", TextOf(step, "method"), " ", TextOf(step, "path"),
                       ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace control
