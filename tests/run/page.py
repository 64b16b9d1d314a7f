"""A page whose commands are run as they stand there.

Its blocks are marked: `sh do` is done once, and ends with the code 0, or N with `sh do=N`; `sh ask` is a
question, which is asked until the answer is that of the `text` block behind it. Times are others than
printed, and 14:03 is now. What a block defines the later ones know. No two things are done in one
second, as nobody types so fast.
"""

import os
import re
import subprocess
import time

import running

BLOCK = re.compile(r'^```(sh|text) (do|ask)(?:=(\d+))?\n(.*?)^```$', re.M | re.S)
TIMES = re.compile(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d\d:\d\d:\d\d')


class Page:
    """`replaced`: what is ours instead of what is printed, such as ports. `prefix`: words before each
    shell, such as make it another user's."""

    def __init__(self, path, folder, replaced, environment, prefix=()):
        self.blocks = BLOCK.findall((running.ROOT / path).read_text())
        self.folder, self.replaced, self.prefix = folder, replaced, prefix
        self.environment = {**os.environ, **environment}
        self.defined = 'set -e\n'
        self.done_at = 0

    def run(self):
        """Every block in turn; gives how many commands and questions there were."""
        counts = {'do': 0, 'ask': 0}
        for block, behind in zip(self.blocks, [*self.blocks[1:], ('', '', '', '')]):
            kind, how, code, text = block
            if kind == 'text':
                continue
            counts[how] += 1
            if how == 'ask':
                self.ask(text, behind[3])
            else:
                running.until(lambda: int(time.time()) > self.done_at, 'the next second')
                self.shell(text, int(code or 0))
                self.done_at = int(time.time())
        return counts

    def ask(self, text, answer):
        said = ['']
        try:
            running.until(lambda: said.append(self.shell(text, 0)) or self.is_as_printed(
                said[-1], answer), text)
        except AssertionError:
            raise AssertionError(f'{text}says\n{said[-1]}and not\n{answer}') from None

    def shell(self, text, code):
        if self.replaced:
            text = re.sub('|'.join(map(re.escape, self.replaced)),
                          lambda found: self.replaced[found.group()], text)
        done = subprocess.run([*self.prefix, 'bash', '-c', self.defined + text.replace('14:03', '"$(date +%T)"')],
                              cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=running.WAIT_SECONDS,
                              check=False)
        assert done.returncode == code, (text, done.returncode, done.stdout)
        self.defined += ''.join(line for line in text.splitlines(keepends=True)
                                if re.match(r'\w+\(\) \{ ', line))
        return done.stdout

    @staticmethod
    def is_as_printed(said, printed):
        parts = [re.escape(part) for part in TIMES.split(printed)]
        return re.fullmatch(f'(?:{TIMES.pattern})'.join(parts), said) is not None
