#include "faults/ready.h"

namespace faults {
namespace {

constexpr ReadyPlan kPlans[] = {
    {"slow-cloud", "answers and deltas come 0.2 to 1.5 s late",
     R"({"name":"slow-cloud","for":"5m","rules":[
 {"id":"late","on":"answer","do":"delay","ms":[200,1500]}]})"},
    {"lost-deltas", "every third delta is lost",
     R"({"name":"lost-deltas","for":"5m","rules":[
 {"id":"lost","on":"answer","where":{"topic":"update/delta"},"every":3,"do":"drop"}]})"},
    {"out-of-order", "every second delta comes after the next one",
     R"({"name":"out-of-order","for":"5m","rules":[
 {"id":"swapped","on":"answer","where":{"topic":"update/delta"},"every":2,"do":"reorder","ms":2000}]})"},
    {"twice", "every answer comes twice, and so does every fifth request",
     R"({"name":"twice","for":"5m","rules":[
 {"id":"answer","on":"answer","do":"duplicate"},
 {"id":"request","on":"request","every":5,"do":"duplicate"}]})"},
    {"quota", "three requests of ten are refused with 429",
     R"({"name":"quota","for":"5m","rules":[
 {"id":"throttled","on":"request","probability":0.3,"do":"reject","code":429},
 {"id":"throttled-https","on":"https","probability":0.3,"do":"reject","code":429}]})"},
    {"flaky-link", "one request of ten is cut off before its PUBACK, half of those are applied",
     R"({"name":"flaky-link","for":"5m","rules":[
 {"id":"lost-ack","on":"request","probability":0.05,"do":"cut_before_puback","taken":true},
 {"id":"lost","on":"request","probability":0.05,"do":"cut_before_puback"},
 {"id":"cut","on":"deliver","probability":0.02,"do":"cut"}]})"},
    {"away-30s", "everybody is cut off for half a minute",
     R"({"name":"away-30s","for":"30s","rules":[
 {"id":"away","on":"session","do":"away"}]})"},
    {"session-lost", "the sessions of those who leave are gone when they come back",
     R"({"name":"session-lost","for":"5m","rules":[
 {"id":"lost","on":"session","do":"lose"}]})"},
    {"wrong-clock", "answers are stamped a day in the past",
     R"({"name":"wrong-clock","for":"5m","rules":[
 {"id":"yesterday","on":"answer","do":"skew","seconds":-86400}]})"},
    {"hard-week", "a little of everything, but nothing that was accepted is lost",
     R"({"name":"hard-week","for":"10m","rules":[
 {"id":"throttled","on":"request","probability":0.02,"do":"reject","code":429},
 {"id":"failed","on":"request","probability":0.01,"do":"reject","code":500},
 {"id":"lost-ack","on":"request","probability":0.01,"do":"cut_before_puback","taken":true},
 {"id":"lost","on":"request","probability":0.01,"do":"cut_before_puback"},
 {"id":"acked-cut","on":"request","probability":0.01,"do":"cut_after_puback"},
 {"id":"late-request","on":"request","probability":0.05,"do":"delay","ms":[10,200]},
 {"id":"twice","on":"answer","probability":0.05,"do":"duplicate"},
 {"id":"swapped","on":"answer","where":{"topic":"update/delta"},"probability":0.05,"do":"reorder"},
 {"id":"late","on":"answer","probability":0.1,"do":"delay","ms":[10,500]},
 {"id":"cut","on":"deliver","probability":0.005,"do":"cut"}]})"},
};

}  // namespace

absl::Span<const ReadyPlan> ReadyPlans() { return kPlans; }

const ReadyPlan* FindReadyPlan(absl::string_view name) {
  for (const ReadyPlan& plan : kPlans) {
    if (plan.name == name) return &plan;
  }
  return nullptr;
}

}  // namespace faults
