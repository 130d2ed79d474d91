/** Cases as the API gives them. */
import { CASE_REASONS, type CaseReason } from '../../domain/case-reasons.ts';
import type { CaseRow } from '../../store/cases.ts';
import type { CommandRow, ObservationRow } from '../../store/read-story.ts';
import type { CaseDetail, CaseItem } from '../schemas/cases.ts';
import { commandItem, iso, isoOrNull, observationItem } from './common.ts';

/** @param title what people call the thing that the case belongs to. */
export function caseItem(row: CaseRow, title: string, now: number): CaseItem {
  const { id, status, reason, message, owner, connection, kind, key } = row;
  return {
    id,
    status,
    reason,
    message,
    suggestedFix: row.suggested_fix,
    owner,
    connection,
    kind,
    key,
    title: title === '' ? key : title,
    holdsCommand: row.holds_command,
    openedAt: iso(row.opened_at),
    dueAt: iso(row.due_at),
    overdue: status === 'open' && row.due_at < now,
    closedAt: isoOrNull(row.closed_at),
    closedBy: row.closed_by,
  };
}

export function caseDetail(
  row: CaseRow,
  title: string,
  now: number,
  observations: readonly ObservationRow[],
  command: CommandRow | null,
): CaseDetail {
  const reasons: Readonly<Record<string, CaseReason>> = CASE_REASONS;
  const known = reasons[row.reason];
  return {
    ...caseItem(row, title, now),
    observations: observations.map(observationItem),
    command: command ? commandItem(command) : null,
    orderKey: row.kind === 'order' ? row.key : null,
    meaning: known?.meaning ?? null,
    retryMeans: known?.retry ?? null,
    skipMeans: known?.skip ?? null,
  };
}
