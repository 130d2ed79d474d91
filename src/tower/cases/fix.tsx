/** What would fix a case; where that is a missing mapping, it can be given right here. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { CaseItem, MappingItem, MappingList, MappingsSaved } from '../../gateway/api-types.ts';
import { read, request } from '../lib/api.ts';
import { setPersonName, usePersonName } from '../lib/person.ts';
import { counted } from '../lib/words.ts';
import { say, sayFailed } from '../parts/notices.tsx';
import { CopyButton } from '../parts/small.tsx';
import { type MissingMapping, missingMapping } from './missing-mapping.ts';

/** More would make the browser's list of suggestions slow, and nobody reads so many. */
const SUGGESTIONS = 500;

export function SuggestedFix({ item }: { item: CaseItem }) {
  const isCommand = item.suggestedFix.startsWith('crossdock ');
  const mapping = item.status === 'open' ? missingMapping(item.suggestedFix) : null;
  return (
    <div className="fix">
      <h4>What would fix it</h4>
      {mapping ? <MappingForm missing={mapping} /> : null}
      <p>
        {mapping ? <span className="quiet">Or on the command line: </span> : null}
        {isCommand ? <code>{item.suggestedFix}</code> : item.suggestedFix}
        {isCommand ? <CopyButton text={item.suggestedFix} what="the command" /> : null}
      </p>
    </div>
  );
}

const KIND_WORDS = {
  sku: 'SKU',
  location: 'location',
  'tax-code': 'tax code',
  gateway: 'payment gateway',
  'settlement-type': 'type of movement',
  'business-entity': 'business entity',
} as const;

function MappingForm({ missing }: { missing: MissingMapping }) {
  const { kind, connection, external, internal } = missing;
  const [code, setCode] = useState('');
  const remembered = usePersonName();
  const [by, setBy] = useState(remembered);
  const fieldId = useId();
  const byId = useId();
  const listId = useId();
  const client = useQueryClient();
  const known = useQuery({
    queryKey: ['mappings', kind],
    queryFn: ({ signal }) => read<MappingList>(`/v1/mappings?kind=${kind}`, signal),
    enabled: external !== null,
    staleTime: 60_000,
  });
  const save = useMutation({
    mutationFn: async (row: MappingItem) => {
      const response = await request('/v1/mappings', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ by: by.trim(), rows: [row] }),
      });
      return (await response.json()) as MappingsSaved;
    },
    onSuccess: ({ retried }) =>
      say(
        `The mapping is saved. ${retried > 0 ? `What waited for it is tried again (${counted(retried, 'order or item', 'orders and items')}).` : 'Nothing waited for it.'}`,
      ),
    onError: (error) => sayFailed('The mapping was not saved', error),
    onSettled: () => client.invalidateQueries(),
  });
  const ours = [...new Set((known.data?.mappings ?? []).flatMap((row) => row.internal ?? []))].sort();
  const what = KIND_WORDS[kind];
  return (
    <form
      className="mapping-form"
      onSubmit={(event) => {
        event.preventDefault();
        setPersonName(by);
        save.mutate({
          kind,
          connection,
          external: external ?? code.trim(),
          internal: internal ?? code.trim(),
        });
      }}
    >
      <label htmlFor={fieldId}>
        {external === null ? (
          <>
            What {connection} calls our {what} <code>{internal}</code>
          </>
        ) : (
          <>
            Our {what} for <code>{external}</code> of {connection}
          </>
        )}
      </label>
      <div className="mapping-row">
        <input
          id={fieldId}
          required
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          list={ours.length > 0 ? listId : undefined}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        {remembered === '' ? (
          <>
            <label htmlFor={byId} className="sr-only">
              Your name
            </label>
            <input
              id={byId}
              required
              placeholder="Your name"
              autoComplete="name"
              value={by}
              onChange={(event) => setBy(event.target.value)}
            />
          </>
        ) : null}
        <button type="submit" className="primary" disabled={save.isPending}>
          Save the mapping
        </button>
      </div>
      {ours.length > 0 ? (
        <datalist id={listId}>
          {ours.slice(0, SUGGESTIONS).map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      ) : null}
    </form>
  );
}
