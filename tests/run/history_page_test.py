"""docs/history.md does as it says."""

import page
import running


def test_the_commands_of_the_page_work_as_printed(tmp_path):
    mqtt, mqtts, https, metrics = running.free_ports(4)
    with running.Run(state=tmp_path / 'state', ports=(mqtt, mqtts), https=https,
                     metrics=metrics) as run:
        (tmp_path / 'mosquitto_rr').write_text(f'-p {mqtt}\n')
        told = page.Page('docs/history.md', tmp_path, environment={'XDG_CONFIG_HOME': str(tmp_path)},
                         replaced={'build/release/cli/shadowctl': run.ready['shadowctl'],
                                   ':9464': f':{metrics}'})
        counts = told.run()
        assert counts['do'] >= 9 and counts['ask'] >= 5
