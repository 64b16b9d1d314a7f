#include "service/live/live.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "service/http/stream.h"
#include "service/websocket/handshake.h"
#include "service/websocket/text_socket.h"

namespace service {
namespace {

constexpr int64_t kSecondMs = 1000;
constexpr absl::string_view kNoBenchMembers = R"("bench":false,"plans":[])";
constexpr absl::string_view kNoPlans = R"({"plans":[]})";

}  // namespace

Live::Live(const Surroundings& here)
    : here_(here),
      keeper_(here.store, here.registry, here.whereabouts, here.feed, here.loop, here.log),
      things_(keeper_, here.registry, here.whereabouts, here.store),
      health_(here.store, here.counters, here.health, here.plugin),
      pages_here_({.sessions = here.sessions,
                   .loop = here.loop,
                   .keeper = keeper_,
                   .trace = here.trace,
                   .store = here.store,
                   .health = health_,
                   .counters = here.counters,
                   .limits = here.limits,
                   .now = here.now,
                   .version = SHADOW_VERSION,
                   .bench = here.bench,
                   .faults_wanted = [this] { AskForFaults(); },
                   .refusals = here.refusals,
                   .new_mqtt = here.new_mqtt}) {
  keeper_.SetTold(
      {.changed =
           [this](Roster::Place place) {
             Tell([place](Following& following) { return following.RowChanged(place); });
           },
       .shadow =
           [this](const ShadowNews& news) {
             Tell([&news](Following& following) { return following.ShadowChanged(news); });
           },
       .anew =
           [this](const Roster* roster) {
             Tell([roster](Following& following) { return following.RosterIs(roster); });
           }});
}

void Live::Start() {
  here_.loop.After(kSecondMs, [this] {
    SecondPassed();
    Start();
  });
}

std::optional<HttpServer::Upgrade> Live::Judge(const HttpExchange& exchange) {
  if (exchange.target.path != kPath) return std::nullopt;
  if (exchange.request.method != "GET") return rest::MethodNotAllowed("GET");
  const auto handshake = ReadPageHandshake(exchange.request);
  if (const auto* error = std::get_if<rest::Error>(&handshake)) return *error;
  auto place = crowd_.Enter(exchange.peer.address);
  if (!place) return rest::Unavailable("Too many pages of the console are open");
  const auto held = std::make_shared<Crowd::Place>(*std::move(place));
  return HttpUpgrade{.answer = HandshakeAnswer(std::get<Handshake>(handshake)),
                     .take = [this, held, cookie = here_.door.CookieOf(exchange)](
                                 const std::shared_ptr<HttpStream>& stream, std::string behind) {
                       Open(stream, std::move(behind), cookie, std::move(*held));
                     }};
}

void Live::Open(const std::shared_ptr<HttpStream>& stream, std::string behind, std::string cookie,
                Crowd::Place place) {
  const uint64_t number = ++last_page_;
  const auto held = std::make_shared<Crowd::Place>(std::move(place));
  const auto page = std::make_shared<Page>(pages_here_, std::move(cookie), [this, number, held] {
    pages_.erase(number);
    here_.counters.PagesAre(pages_.size());
  });
  pages_[number] = page;
  here_.counters.PagesAre(pages_.size());
  page->Start(TextSocket::Make(stream), std::move(behind));
}

void Live::EachPage(const std::function<void(Page&)>& what) {
  for (const auto& [number, page] : pages_) {
    if (const auto held = page.lock()) what(*held);
  }
}

void Live::Tell(const std::function<bool(Following&)>& happens) {
  EachPage([&happens](Page& page) { page.Each(happens); });
}

void Live::SecondPassed() {
  const Moment now = MomentNow();
  const std::string& sample = health_.Take(now.at_ms);
  bool needs_roster = false;
  bool needs_faults = false;
  EachPage([&](Page& page) {
    page.SecondPassed(sample);
    needs_roster = needs_roster || page.NeedsRoster();
    needs_faults = needs_faults || page.FollowsFaults();
  });
  if (needs_faults) AskForFaults();
  keeper_.DropIfUnused(needs_roster, now.at_ms);
}

// Where the broker is away, no plan is in force.
void Live::AskForFaults() {
  const auto tell = [this](const std::string& members) {
    Tell([&members](Following& following) { return following.FaultsAre(members); });
  };
  if (!here_.bench) return tell(std::string(kNoBenchMembers));
  if (std::exchange(asks_for_faults_, true)) return;
  here_.fault_plans.List([this, tell, &loop = here_.loop](const absl::StatusOr<std::string>& said) {
    loop.Post([this, tell, list = said.ok() ? *said : std::string(kNoPlans)] {
      asks_for_faults_ = false;
      absl::string_view members = list;
      absl::ConsumePrefix(&members, "{");
      absl::ConsumeSuffix(&members, "}");
      tell(absl::StrCat("\"bench\":true,", members));
    });
  });
}

std::string Live::HealthJson() const { return absl::StrCat("{", health_.Members(), "}"); }

std::string Live::RefusalsJson() const {
  std::vector<Refusals::Line> lines;
  if (here_.refusals) lines = here_.refusals(0);
  std::reverse(lines.begin(), lines.end());  // the newest first
  const auto put = [](std::string* out, const Refusals::Line& line) { out->append(line.json); };
  return absl::StrCat("{\"refusals\":[", absl::StrJoin(lines, ",", put), "]}");
}

void Live::RefusalsHeard() {
  here_.loop.Post([this] { EachPage([](Page& page) { page.RefusalsHeard(); }); });
}

}  // namespace service
