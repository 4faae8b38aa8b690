import { EventStoreDBClient } from '@eventstore/db-client';

/** Settings that the client knows, as it compares them: in lower case, without - and _. */
const SETTINGS: ReadonlySet<string> = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'throwonappendfailure',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
]);

/**
 * Whether a text is a connection string that the client takes whole. What the client would warn of is refused before it
 * is asked: its warnings repeat the string, which may hold a password.
 */
export const isConnectionString = (text: string): boolean => {
  const query = text.includes('?') ? text.slice(text.indexOf('?') + 1) : '';
  for (const [name = '', value] of query.split(/[&?]/).map((pair) => pair.split('='))) {
    const setting = name.trim().toLowerCase().replace(/[_-]/g, '');
    if (query !== '' && !SETTINGS.has(setting)) return false;
    if (setting === 'tlsverifycert' && value?.trim() === 'false') return false;
  }
  try {
    EventStoreDBClient.connectionString(text);
    return true;
  } catch {
    return false; // its reason repeats the string
  }
};
