// A real AWS IoT Device Shadow endpoint for a unit test in C++: the real Mosquitto and the real
// shadow service, on ports and with a store of their own, for as long as the object lives
// (docs/unit-tests.md). One header, C++17, POSIX, no library:
//
//   shadow_testing::World world;
//   Lamp lamp(world.endpoint, world.mqtt_port);
//   world.Desired("lamp", R"({"led":"on"})");
//   EXPECT_TRUE(world.WaitReported("lamp", R"("led":"on")"));
//
// Needs shadowctl in SHADOW_HOME (a build folder, or what the package was installed under) or on
// PATH. What fails throws std::runtime_error. One thread at a time.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace shadow_testing {

struct Thing {  // paths of PEM files
  std::string certificate, key, ca;
};

class World {
 public:
  World() {
    int to[2] = {-1, -1}, from[2] = {-1, -1};
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
      throw Failure("no pipe is to be had");
    process_ = Spawn({"world", "--tls", "--hold"}, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    leash_ = to[1];
    std::string said;
    for (char byte = 0; read(from[0], &byte, 1) == 1 && byte != '\n';) said += byte;
    close(from[0]);
    if (said.empty()) {
      End();
      throw Failure("shadowctl world did not begin; what it says is on standard error");
    }
    endpoint = Member(said, "endpoint");
    mqtt_port = std::stoi(Member(said, "mqtt_port"));
    mqtts_port = std::stoi(Member(said, "mqtts_port"));
    ca = Member(said, "ca");
    http_url = Member(said, "http_url");
    folder_ = Member(said, "folder");
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() { End(); }

  std::string endpoint;  // a host
  int mqtt_port = 0;
  int mqtts_port = 0;  // for things with their certificate
  std::string ca;      // the file that the broker's certificate is proven with
  std::string http_url;

  // Makes the thing, with a key (P-256) and a certificate of its own.
  Thing MakeThing(const std::string& name) {
    const std::string own = folder_ + "/things/" + name;
    const bool is_new = access((own + "/certificate.pem").c_str(), F_OK) != 0;
    const size_t said_before = BrokerLog().size();
    Shadowctl({"thing", "create", name, "--key-kind", "ec"});
    // The broker reads it aside: who connects at once may be one that it does not know yet.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (is_new && BrokerLog().find("the registry was ", said_before) == std::string::npos) {
      if (std::chrono::steady_clock::now() > deadline)
        throw Failure("the broker reads no registry");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return {own + "/certificate.pem", own + "/private.key", ca};
  }

  // `members` is a JSON object.
  void Desired(const std::string& thing, const std::string& members) {
    Ask("POST", Path(thing), R"({"state":{"desired":)" + members + "}}");
  }
  void Reported(const std::string& thing, const std::string& members) {
    Ask("POST", Path(thing), R"({"state":{"reported":)" + members + "}}");
  }

  // The classic shadow's document; empty: there is none.
  std::string Get(const std::string& thing) { return Ask("GET", Path(thing)); }

  // Whether what the thing reports comes to contain `text`, JSON without spaces: "\"led\":\"on\"".
  bool WaitReported(const std::string& thing, const std::string& text,
                    std::chrono::milliseconds timeout = std::chrono::seconds(2)) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (Section(Get(thing), "reported").find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  // Lets things go wrong on purpose: a plan (docs/faults.md), until its time is over or StopFaults.
  void Fault(const std::string& plan) { Ask("POST", "/_shadow/v1/faults", plan); }
  void StopFaults() { Ask("DELETE", "/_shadow/v1/faults"); }

  // Removes all shadows and their history, stops faults and sets the clock back. Connections stand.
  void Reset() { Ask("POST", "/_shadow/v1/reset"); }

  // Keeps all shadows and their history aside, and brings them back as they were.
  void Snapshot(const std::string& name) { Ask("PUT", "/_shadow/v1/snapshots/" + name); }
  void Restore(const std::string& name) {
    Ask("POST", "/_shadow/v1/snapshots/" + name + "/restore");
  }

  // Moves the clock that shadows are told by: "+48h", from the machine's; "reset".
  void Clock(const std::string& change) { Shadowctl({"bench", "clock", change}); }

 private:
  static std::runtime_error Failure(const std::string& what) { return std::runtime_error(what); }

  // Of a flat object as shadowctl prints it.
  static std::string Member(const std::string& object, const std::string& name) {
    size_t begin = object.find('"' + name + "\":");
    if (begin == std::string::npos) throw Failure("shadowctl does not tell the world's " + name);
    begin += name.size() + 3;
    if (object[begin] == '"')
      return object.substr(begin + 1, object.find('"', begin + 1) - begin - 1);
    return object.substr(begin, object.find_first_of(",}", begin) - begin);
  }

  // The object of that name in a document's state.
  static std::string Section(const std::string& document, const std::string& name) {
    const std::string state = document.substr(0, document.find(R"("metadata":)"));
    const size_t begin = state.find('"' + name + "\":{");
    if (begin == std::string::npos) return "";
    size_t end = begin + name.size() + 3;
    for (int depth = 0; end < state.size(); ++end) {
      depth += state[end] == '{' ? 1 : state[end] == '}' ? -1 : 0;
      if (depth == 0) break;
    }
    return state.substr(begin, end - begin);
  }

  std::string BrokerLog() const {
    std::ifstream log(folder_ + "/broker.log");
    return {std::istreambuf_iterator<char>(log), {}};
  }

  static std::string Path(const std::string& thing) { return "/things/" + thing + "/shadow"; }

  static std::string Program() {
    const char* const home = std::getenv("SHADOW_HOME");
    if (home == nullptr || *home == '\0') return "shadowctl";
    const std::string built = std::string(home) + "/cli/shadowctl";
    return access(built.c_str(), X_OK) == 0 ? built : std::string(home) + "/bin/shadowctl";
  }

  // -1: ours.
  static pid_t Spawn(const std::vector<std::string>& words, int input = -1, int output = -1) {
    const std::string program = Program();
    std::vector<char*> line = {const_cast<char*>(program.c_str())};
    for (const std::string& word : words) line.push_back(const_cast<char*>(word.c_str()));
    line.push_back(nullptr);
    posix_spawn_file_actions_t streams;
    posix_spawn_file_actions_init(&streams);
    if (input >= 0) posix_spawn_file_actions_adddup2(&streams, input, STDIN_FILENO);
    if (output >= 0) posix_spawn_file_actions_adddup2(&streams, output, STDOUT_FILENO);
    if (output < 0)
      posix_spawn_file_actions_addopen(&streams, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failed =
        posix_spawnp(&child, program.c_str(), &streams, nullptr, line.data(), environ);
    posix_spawn_file_actions_destroy(&streams);
    if (failed != 0) throw Failure(program + " is not there: set SHADOW_HOME, or PATH");
    return child;
  }

  // What it says itself is on standard error.
  void Shadowctl(const std::vector<std::string>& words) const {
    std::vector<std::string> line = {"--config", folder_ + "/shadowctl.conf"};
    line.insert(line.end(), words.begin(), words.end());
    const pid_t child = Spawn(line);
    int status = 0;
    if (waitpid(child, &status, 0) == child && status == 0) return;
    std::string said = "shadowctl";
    for (const std::string& word : words) said += " " + word;
    throw Failure(said + " failed");
  }

  std::string Ask(const std::string& method, const std::string& path,
                  const std::string& body = "") {
    const std::string host = http_url.substr(http_url.rfind('/') + 1);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::stoi(host.substr(host.find(':') + 1))));
    inet_pton(AF_INET, endpoint.c_str(), &address.sin_addr);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const std::string request =
        method + " " + path + " HTTP/1.1\r\nHost: " + host +
        "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body;
    std::string answer;
    if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
        send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
      char bytes[4096];
      for (ssize_t n = 0; (n = recv(socket, bytes, sizeof(bytes), 0)) > 0;) {
        answer.append(bytes, static_cast<size_t>(n));
      }
    }
    close(socket);
    const std::string code = answer.substr(0, answer.find('\r'));
    const std::string text = answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4));
    if (code.find(" 200") != std::string::npos) return text;
    if (method == "GET" && code.find(" 404") != std::string::npos) return "";
    throw Failure(method + " of " + path + ": " + code + " " + text);
  }

  void End() {
    close(leash_);
    if (process_ > 0) waitpid(process_, nullptr, 0);
  }

  pid_t process_ = 0;
  int leash_ = -1;
  std::string folder_;
};

}  // namespace shadow_testing
