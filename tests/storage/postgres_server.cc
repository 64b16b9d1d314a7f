#include "tests/storage/postgres_server.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace storage {
namespace {

using std::filesystem::path;

constexpr std::chrono::seconds kPatience{60};

// The folder of initdb, of the newest version that is here.
std::string Programs() {
  std::string newest;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
    const std::string programs = entry.path() / "bin";
    if (programs > newest && std::filesystem::exists(programs + "/initdb")) newest = programs;
  }
  if (newest.empty()) throw std::runtime_error("no PostgreSQL server is installed: postgresql");
  return newest;
}

void Run(const std::string& program, const std::string& arguments, const std::string& folder) {
  const std::string as =
      geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups " : "";
  const std::string command = absl::StrCat("cd / && ", as, Programs(), "/", program, " ", arguments,
                                           " >", folder, "/run.log 2>&1 </dev/null");
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error(command + ": " + FileText(folder + "/run.log"));
  }
}

std::string MakeFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "shadow_pg_XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp " + pattern);
  if (geteuid() == 0) {
    const passwd* const user = getpwnam("postgres");
    if (user == nullptr || chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("no user postgres");
    }
  }
  std::filesystem::permissions(pattern, std::filesystem::perms(0755));
  return pattern;
}

int FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool found = bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(probe);
  if (!found) throw std::runtime_error("no port is free");
  return ntohs(address.sin_port);
}

// Of /proc/PID/stat: the parent, and whether it is only waiting to be reaped.
bool IsChildOf(const std::string& process, pid_t parent) {
  const std::string stat = FileText("/proc/" + process + "/stat");
  const size_t behind_name = stat.rfind(')');
  if (behind_name == std::string::npos) return false;
  return absl::StartsWith(stat.substr(behind_name + 3), absl::StrCat(" ", parent, " "));
}

bool Runs(pid_t process) {
  const std::string stat = FileText(absl::StrCat("/proc/", process, "/stat"));
  const size_t behind_name = stat.rfind(')');
  return behind_name != std::string::npos && stat[behind_name + 2] != 'Z';
}

}  // namespace

PostgresServer::PostgresServer(const std::string& name, const Settings& settings)
    : name_(name), folder_(MakeFolder()), port_(FreePort()) {
  Run("initdb", absl::StrCat("-D ", data(), " -A trust -U postgres -E UTF8 --locale=C.UTF-8 -N"),
      folder_);
  Configure(settings);
  Start();
}

PostgresServer::PostgresServer(const std::string& name, const PostgresServer& primary, Following)
    : name_(name), folder_(MakeFolder()), port_(FreePort()) {
  Run("pg_basebackup",
      absl::StrCat("-D ", data(), " -h ", primary.folder_, " -p ", primary.port_,
                   " -U postgres -R -X stream -c fast -N"),
      folder_);
  Configure({});
  Start();
}

PostgresServer::~PostgresServer() {
  Hang(false);
  Kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// Of a crash of the server alone nothing is lost without fsync: the kernel keeps the files.
void PostgresServer::Configure(const Settings& settings) const {
  std::ofstream file(data() + "/postgresql.conf", std::ios::app);
  file << "port = " << port_ << "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '"
       << folder_ << "'\ncluster_name = '" << name_
       << "'\nfsync = off\nfull_page_writes = off\nshared_buffers = 32MB\nmax_connections = 60\n";
  for (const auto& [key, value] : settings) file << key << " = '" << value << "'\n";
}

void PostgresServer::Start() {
  Run("pg_ctl", absl::StrCat("-D ", data(), " -w -s -t 60 -l ", folder_, "/log start"), folder_);
}

std::vector<pid_t> PostgresServer::Processes() const {
  const pid_t server = std::atoi(FileText(data() + "/postmaster.pid").c_str());
  if (server <= 0) return {};
  std::vector<pid_t> processes = {server};
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (IsChildOf(name, server)) processes.push_back(std::atoi(name.c_str()));
  }
  return processes;
}

void PostgresServer::Kill() {
  const std::vector<pid_t> processes = Processes();
  for (const pid_t process : processes) kill(process, SIGKILL);
  for (const pid_t process : processes) {
    WaitUntil([&] { return !Runs(process); }, "the end of a server");
  }
  // Where nobody reaps a process at once its number still looks taken.
  std::filesystem::remove(data() + "/postmaster.pid");
  std::filesystem::remove(absl::StrCat(folder_, "/.s.PGSQL.", port_, ".lock"));
}

void PostgresServer::Hang(bool on) {
  for (const pid_t process : Processes()) kill(process, on ? SIGSTOP : SIGCONT);
}

std::unique_ptr<PostgresServer> PostgresServer::Standby(const std::string& name, bool synchronous) {
  std::unique_ptr<PostgresServer> standby(new PostgresServer(name, *this, Following()));
  if (synchronous) {
    Sql(Url(), absl::StrCat("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (", name, ")'"));
    Sql(Url(), "SELECT pg_reload_conf()");
    WaitUntil(
        [&] {
          return Sql(Url(), "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") ==
                 "1";
        },
        "a synchronous standby");
  }
  return standby;
}

void PostgresServer::Promote() {
  Run("pg_ctl", absl::StrCat("-D ", data(), " -w -s -t 60 promote"), folder_);
  Sql(Url(), "ALTER SYSTEM SET synchronous_standby_names = ''");
  Sql(Url(), "SELECT pg_reload_conf()");
}

std::string PostgresServer::Url(const std::vector<const PostgresServer*>& others) const {
  std::string hosts = absl::StrCat("127.0.0.1:", port_);
  for (const PostgresServer* const other : others) {
    absl::StrAppend(&hosts, ",127.0.0.1:", other->port_);
  }
  return absl::StrCat("postgresql://postgres@", hosts, "/postgres?sslmode=disable");
}

const std::string& PostgresServer::SharedUrl() {
  static const char* const given = std::getenv("SHADOW_TEST_POSTGRESQL");
  static const std::unique_ptr<PostgresServer> server =
      given == nullptr ? std::make_unique<PostgresServer>("shared") : nullptr;
  static const std::string url = given == nullptr ? server->Url() : given;
  return url;
}

std::string PostgresServer::FreshUrl() {
  static std::atomic<int> count = 0;
  const std::string& shared = SharedUrl();
  const std::string schema = absl::StrCat("test_", getpid(), "_", ++count);
  Sql(shared, "CREATE SCHEMA " + schema);
  return absl::StrCat(shared, absl::StrContains(shared, '?') ? "&" : "?",
                      "options=-csearch_path%3D", schema);
}

void WaitUntil(const std::function<bool()>& holds, const std::string& what) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("waited for " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string Sql(const std::string& url, const std::string& statement) {
  PGconn* const connection = PQconnectdb(url.c_str());
  PGresult* const result = PQexec(connection, statement.c_str());
  const ExecStatusType status = PQresultStatus(result);
  std::string rows;
  for (int row = 0; row < PQntuples(result); ++row) {
    if (row > 0) rows += "\n";
    for (int column = 0; column < PQnfields(result); ++column) {
      absl::StrAppend(&rows, column > 0 ? "|" : "", PQgetvalue(result, row, column));
    }
  }
  const std::string error = PQerrorMessage(connection);
  PQclear(result);
  PQfinish(connection);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(statement + ": " + error);
  }
  return rows;
}

}  // namespace storage
