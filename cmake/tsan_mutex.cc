// Tells the thread sanitizer of abseil's locks. Debian's abseil is built without it, so that its
// locks are invisible and what they guard looks like a race. Each function below stands in for the
// library's, calls it, and says what it does; a Notification orders whoever waited after whoever
// notified.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace {

// The library's own function, by its symbol in Debian's inline namespace.
template <typename Function>
Function* Real(const char* symbol) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, symbol));
}

void Lock(absl::Mutex* mutex, unsigned flags, const char* symbol) {
  __tsan_mutex_pre_lock(mutex, flags);
  Real<void(absl::Mutex*)>(symbol)(mutex);
  __tsan_mutex_post_lock(mutex, flags, 0);
}

void Unlock(absl::Mutex* mutex, unsigned flags, const char* symbol) {
  __tsan_mutex_pre_unlock(mutex, flags);
  Real<void(absl::Mutex*)>(symbol)(mutex);
  __tsan_mutex_post_unlock(mutex, flags);
}

// Waiting lets go of the lock and takes it again; conditions are looked at in between, under the
// lock, by whichever thread has it.
void BeginWait(absl::Mutex* mutex) {
  __tsan_mutex_pre_unlock(mutex, 0);
  __tsan_mutex_post_unlock(mutex, 0);
  __tsan_mutex_pre_lock(mutex, 0);
}

void EndWait(absl::Mutex* mutex) { __tsan_mutex_post_lock(mutex, 0, 0); }

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() { ::Lock(this, 0, "_ZN4absl7debian35Mutex4LockEv"); }
void Mutex::Unlock() { ::Unlock(this, 0, "_ZN4absl7debian35Mutex6UnlockEv"); }

void Mutex::ReaderLock() {
  ::Lock(this, __tsan_mutex_read_lock, "_ZN4absl7debian35Mutex10ReaderLockEv");
}

void Mutex::ReaderUnlock() {
  ::Unlock(this, __tsan_mutex_read_lock, "_ZN4absl7debian35Mutex12ReaderUnlockEv");
}

void Mutex::Await(const Condition& condition) {
  BeginWait(this);
  Real<void(Mutex*, const Condition&)>("_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE")(this,
                                                                                         condition);
  EndWait(this);
}

bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  BeginWait(this);
  const bool met = Real<bool(Mutex*, const Condition&, Duration)>(
      "_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE")(this, condition,
                                                                                  timeout);
  EndWait(this);
  return met;
}

// The library's own notifications lock by these.
void Mutex::LockWhen(const Condition& condition) {
  __tsan_mutex_pre_lock(this, 0);
  Real<void(Mutex*, const Condition&)>("_ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE")(
      this, condition);
  __tsan_mutex_post_lock(this, 0, 0);
}

bool Mutex::LockWhenWithTimeout(const Condition& condition, Duration timeout) {
  __tsan_mutex_pre_lock(this, 0);
  const bool met = Real<bool(Mutex*, const Condition&, Duration)>(
      "_ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE")(
      this, condition, timeout);
  __tsan_mutex_post_lock(this, 0, 0);
  return met;
}

void Notification::Notify() {
  __tsan_release(this);
  Real<void(Notification*)>("_ZN4absl7debian312Notification6NotifyEv")(this);
}

void Notification::WaitForNotification() const {
  Real<void(const Notification*)>("_ZNK4absl7debian312Notification19WaitForNotificationEv")(this);
  __tsan_acquire(const_cast<Notification*>(this));
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  const bool notified = Real<bool(const Notification*, Duration)>(
      "_ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE")(this,
                                                                                        timeout);
  if (notified) __tsan_acquire(const_cast<Notification*>(this));
  return notified;
}

ABSL_NAMESPACE_END
}  // namespace absl
