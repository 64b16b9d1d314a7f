import type {Statement} from '../wire';

// A Deny that applies decides before any Allow.
export function deciding(statements: readonly Statement[]): Statement | undefined {
  const applying = statements.filter(({verdict}) => verdict === 'applies');
  return applying.find(({effect}) => effect === 'Deny') ?? applying[0];
}
