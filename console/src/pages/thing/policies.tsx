import {Command, Copy} from '../../ui/copy';
import {Empty} from '../../ui/empty';
import {Explain} from '../../ui/explain';
import {JsonView} from '../../ui/json_view';
import type {Certificate, Policy, Thing} from '../../wire';

function CertificateLine({certificate: {id, status, policies}}: {certificate: Certificate}) {
  return (
    <li class="certificate">
      <code class="certificate-id">{id}</code>
      <Copy text={id} label="Copy the certificate's id" />
      <span class={status === 'ACTIVE' ? 'badge good' : 'badge bad'}>{status.toLowerCase()}</span>
      <span class="faint">{policies.length ? policies.join(', ') : 'no policy'}</span>
    </li>
  );
}

function PolicyText({policy: {name, document}}: {policy: Policy}) {
  return (
    <details class="policy">
      <summary>{name}</summary>
      <JsonView value={document} label={`Policy ${name}`} />
    </details>
  );
}

// Certificates and policies are shown here and changed with shadowctl.
export function Policies({thing}: {thing: Thing}) {
  const {certificates = [], policies = []} = thing;
  const [first] = certificates;
  return (
    <div class="parts">
      <section>
        <h2>Certificates</h2>
        {certificates.length === 0 ? (
          <Empty
            title="No certificate stands for it"
            command={`shadowctl thing create ${thing.thing}`}
          >
            <p>
              Where policies hold, no client can speak for this thing. This makes a key and a
              certificate for it:
            </p>
          </Empty>
        ) : (
          <>
            <ul class="certificates">
              {certificates.map((certificate) => (
                <CertificateLine key={certificate.id} certificate={certificate} />
              ))}
            </ul>
            {first && (
              <>
                <p class="faint">To hold it to one more policy:</p>
                <Command text={`shadowctl policy attach POLICY ${first.id}`} />
              </>
            )}
          </>
        )}
      </section>
      {policies.length > 0 && (
        <section>
          <h2>Policies</h2>
          {policies.map((policy) => (
            <PolicyText key={policy.name} policy={policy} />
          ))}
        </section>
      )}
      {certificates.length > 0 && (
        <section>
          <h2>Why is something allowed, or not?</h2>
          <Explain
            request={{
              thing: thing.thing,
              certificate: certificates.length > 1 ? first?.id : undefined,
              action: 'iot:Publish',
              resource: `topic/$aws/things/${thing.thing}/shadow/update`,
            }}
          />
        </section>
      )}
    </div>
  );
}
