"""testing/cpp/shadow_world.h in a GoogleTest program, with the real endpoint."""
from runners import run_googletest

WHOLE = r"""
#include <gtest/gtest.h>

#include <cstdlib>

#include "shadow_world.h"

using shadow_testing::World;

TEST(World, BeginsWithNothing) {
  World one, other;
  one.Desired("lamp", R"({"led":"on","level":{"reported":1}})");
  EXPECT_NE(one.Get("lamp"), "");
  EXPECT_EQ(other.Get("lamp"), "");
  EXPECT_NE(one.mqtt_port, other.mqtt_port);
}

TEST(World, WaitsForWhatIsReportedAlone) {
  World world;
  world.Desired("lamp", R"({"led":"on"})");
  world.Reported("lamp", R"({"level":{"of":1}})");
  EXPECT_FALSE(world.WaitReported("lamp", R"("led":"on")", std::chrono::milliseconds(20)));
  world.Reported("lamp", R"({"led":"on"})");
  EXPECT_TRUE(world.WaitReported("lamp", R"("led":"on")"));
}

TEST(World, SaysWhatTheServiceRefuses) {
  World world;
  try {
    world.Desired("lamp", "[]");
    FAIL() << "a list is no state";
  } catch (const std::runtime_error& refused) {
    EXPECT_NE(std::string(refused.what()).find("400"), std::string::npos) << refused.what();
  }
}

TEST(World, LetsThingsGoWrong) {
  World world;
  const std::string plan = R"({"name":"no","for":"5m","rules":[
    {"id":"no","on":"https","do":"reject","code":409,"count":1}]})";
  world.Fault(plan);
  EXPECT_THROW(world.Desired("lamp", R"({"led":"on"})"), std::runtime_error);
  world.Desired("lamp", R"({"led":"on"})");
  try {
    world.Fault(plan);
    FAIL() << "it is in force";
  } catch (const std::runtime_error& refused) {
    EXPECT_NE(std::string(refused.what()).find("no is in force"), std::string::npos);
  }
  world.StopFaults();
  world.Fault(plan);
  world.StopFaults();
  EXPECT_NE(world.Get("lamp"), "");
}

TEST(World, IsReset) {
  World world;
  world.Desired("lamp", R"({"led":"on"})");
  world.Fault(R"({"name":"no","for":"5m","rules":[{"id":"no","on":"https","do":"reject","code":500}]})");
  world.Clock("+9000h");
  world.Reset();
  EXPECT_EQ(world.Get("lamp"), "");
}

TEST(World, IsPutBack) {
  World world;
  world.Desired("lamp", R"({"led":"on"})");
  world.Snapshot("on");
  world.Desired("lamp", R"({"led":"off"})");
  world.Restore("on");
  EXPECT_NE(world.Get("lamp").find(R"("led":"on")"), std::string::npos);
  EXPECT_THROW(world.Restore("nowhere"), std::runtime_error);
}

TEST(World, HasAClockThatIsMoved) {
  World world;
  world.Clock("+49h");
  world.Desired("lamp", R"({"led":"on"})");
  const std::string later = world.Get("lamp");
  world.Clock("reset");
  world.Desired("other", R"({"led":"on"})");
  const auto stamp = [](const std::string& document) {
    return std::stoll(document.substr(document.rfind("\"timestamp\":") + 12));
  };
  EXPECT_GE(stamp(later), stamp(world.Get("other")) + 48 * 3600);
  EXPECT_THROW(world.Clock("soon"), std::runtime_error);
}

TEST(World, LetsAThingInWithItsCertificate) {
  World world;
  const shadow_testing::Thing lamp = world.MakeThing("lamp");
  const std::string publish = "mosquitto_pub -h localhost -p " + std::to_string(world.mqtts_port) +
      " -i lamp --cafile " + lamp.ca + " --cert " + lamp.certificate + " --key " + lamp.key +
      R"( -q 1 -t '$aws/things/lamp/shadow/update' -m '{"state":{"reported":{"led":"on"}}}')";
  ASSERT_EQ(std::system(publish.c_str()), 0);
  EXPECT_TRUE(world.WaitReported("lamp", R"("led":"on")", std::chrono::seconds(30)));
}
"""


def test_the_header_does_what_it_says(tmp_path):
    code, out = run_googletest(tmp_path, WHOLE)
    assert code == 0, out
    assert "8 tests from 1 test suite ran" in out, out
    code, out = run_googletest(tmp_path, WHOLE, SHADOW_HOME=str(tmp_path))
    assert code == 1
    assert f"{tmp_path}/bin/shadowctl is not there: set SHADOW_HOME, or PATH" in out, out
