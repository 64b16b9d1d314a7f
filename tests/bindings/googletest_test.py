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
    assert "4 tests ran" in out.replace("4 tests from 1 test suite ran", "4 tests ran"), out
    code, out = run_googletest(tmp_path, WHOLE, SHADOW_HOME=str(tmp_path))
    assert code == 1
    assert f"{tmp_path}/bin/shadowctl is not there: set SHADOW_HOME, or PATH" in out, out
