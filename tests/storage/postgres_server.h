// PostgreSQL clusters of a test's own: made, started, killed, followed by a standby, promoted. Root
// runs them as the user postgres. Their folders go with them.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/postgres/store.h"
#include "tests/storage/scratch_folder.h"

namespace storage {

class PostgresServer {
 public:
  using Settings = std::map<std::string, std::string>;  // of postgresql.conf

  // Makes a cluster and starts it. Throws where it cannot.
  explicit PostgresServer(const std::string& name = "a", const Settings& settings = {});
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // One that all tests of a program share; of SHADOW_TEST_POSTGRESQL, if that is set.
  static const std::string& SharedUrl();

  // The URL of an empty schema of a database, which no other test has; nothing is made in it.
  static std::string FreshUrl();

  // The same of this cluster, and of others behind it.
  std::string Url(const std::vector<const PostgresServer*>& others = {}) const;

  void Start();
  void Kill();         // -9, the server and all that belongs to it
  void Hang(bool on);  // SIGSTOP, SIGCONT to all of it

  // A cluster that follows this one; commits wait for it where `synchronous`.
  std::unique_ptr<PostgresServer> Standby(const std::string& name, bool synchronous);
  void Promote();

  const std::string& folder() const { return folder_; }
  std::string data() const { return folder_ + "/data"; }
  int port() const { return port_; }

 private:
  struct Following {};
  PostgresServer(const std::string& name, const PostgresServer& primary, Following);

  void Configure(const Settings& settings) const;
  std::vector<pid_t> Processes() const;

  const std::string name_;
  const std::string folder_;
  const int port_;
};

// Looks again and again; throws after a minute, naming `what`.
void WaitUntil(const std::function<bool()>& holds, const std::string& what);

// Runs one statement on a session of its own; gives the rows, columns divided by '|'. Throws where
// it fails.
std::string Sql(const std::string& url, const std::string& statement);

}  // namespace storage
