import type {ComponentType, FunctionComponent} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {Empty} from './empty';
import {Button} from './button';

// A component whose code is fetched when it is first shown.
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
): FunctionComponent<P> {
  let loaded: ComponentType<P> | undefined;
  return function Later(props: P) {
    const [failed, setFailed] = useState(false);
    const [, setDone] = useState(loaded !== undefined);
    useEffect(() => {
      if (loaded || failed) return;
      load().then(
        (component) => {
          loaded = component;
          setDone(true);
        },
        () => setFailed(true),
      );
    }, [failed]);
    const Component = loaded;
    if (Component) return <Component {...props} />;
    if (!failed) return null;
    return (
      <Empty title="This part of the page could not be fetched">
        <p>shadowd is away, or is of another release by now.</p>
        <Button onClick={() => location.reload()}>Load the page again</Button>
      </Empty>
    );
  };
}
