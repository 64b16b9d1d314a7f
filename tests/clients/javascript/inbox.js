// Where a client's callbacks leave what they were told, for the test to wait on.
'use strict';

const WAIT_MS = 30000;

// Messages in order of arrival.
class Inbox {
  #messages = [];
  #waiting = [];

  put = (message) => {
    const at = this.#waiting.findIndex((waiter) => waiter.wanted(message));
    if (at < 0) {
      this.#messages.push(message);
    } else {
      this.#waiting.splice(at, 1)[0].resolve(message);
    }
  };

  // Removes and returns the first message that is wanted; waits for it.
  take(wanted = () => true, what = 'a message') {
    const at = this.#messages.findIndex(wanted);
    if (at >= 0) return Promise.resolve(this.#messages.splice(at, 1)[0]);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(
          `${what} did not come; here are: ${JSON.stringify(this.#messages)}`)), WAIT_MS);
      this.#waiting.push({wanted, resolve: (message) => {
        clearTimeout(timer);
        resolve(message);
      }});
    });
  }

  // What lies here now.
  all() {
    return [...this.#messages];
  }
}

module.exports = {Inbox, WAIT_MS};
