"""docs/aws-cli.md does as it says, with Debian's AWS CLI."""

import os

import page
import running


def test_the_commands_of_the_page_work_as_printed(tmp_path):
    mqtt, mqtts, https = running.free_ports(3)
    with running.Run(state=tmp_path / 'state', ports=(mqtt, mqtts), https=https):
        told = page.Page('docs/aws-cli.md', tmp_path,
                         environment={'HOME': str(tmp_path), 'XDG_CONFIG_HOME': str(tmp_path),
                                      'PATH': f'/usr/bin:{os.environ["PATH"]}'},
                         replaced={':8443': f':{https}', '-p 8883': f'-p {mqtts}',
                                   '-p 1883': f'-p {mqtt}'})
        counts = told.run()
        assert counts['do'] >= 6 and counts['ask'] >= 2
        assert not [left for name in ('lamp', 'bulb', 'factory') for left in tmp_path.glob(f'{name}*')]
