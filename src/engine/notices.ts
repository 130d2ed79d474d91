/**
 * Tells people of new cases: a webhook is called or a mail is sent, by the case's reason, as the configuration says. At least
 * once: a notice that is not taken is sent again later, also by another node.
 */
import { createTransport } from 'nodemailer';
import type { Clock } from '../base/clock.ts';
import { send } from '../base/http.ts';
import type { CaseNotice, RetailerConfig } from '../domain/config.ts';
import { noteNoticed, postponeNotice, takeUnnoticed, type UnnoticedCase } from '../store/cases.ts';
import type { Database } from '../store/db.ts';
import { DatabaseEnded, isUnreachable } from '../store/errors.ts';

const TIMEOUT_MS = 10_000;
const NOTICES_AT_ONCE = 50;
/** So often a notice is tried, over some four hours; the case stands in the list all the same. */
const TRIES = 10;
const RETRY_MS = { first: 30_000, last: 3_600_000 };

export interface NoticeParts {
  database: Database;
  clock: Clock;
  config: () => RetailerConfig;
  log: (level: 'warn', message: string, details: Record<string, unknown>) => void;
}

export class Notices {
  readonly #parts: NoticeParts;
  #sending: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  constructor(parts: NoticeParts) {
    this.#parts = parts;
  }

  /** Sends what is due; resolves when it has been tried. */
  send(): Promise<void> {
    if (this.#stopped || this.#parts.config().caseNotices.length === 0) return Promise.resolve();
    this.#again = true;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  /** Resolves when nothing is being sent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { database, clock, log } = this.#parts;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        const now = clock.now();
        const due = await takeUnnoticed(database, {
          now: new Date(now).toISOString(),
          retryAt: new Date(now + RETRY_MS.first).toISOString(),
          tries: TRIES,
          limit: NOTICES_AT_ONCE,
        });
        await Promise.all(due.map((row) => this.#notify(row)));
        if (due.length === NOTICES_AT_ONCE) this.#again = true;
      } catch (error) {
        // Of a database that is away the turns tell, once.
        if (isUnreachable(error) || error instanceof DatabaseEnded) return;
        log('warn', 'notices of cases could not be sent', { error: String(error) });
      }
    }
  }

  async #notify(row: UnnoticedCase): Promise<void> {
    const { config, database, clock, log } = this.#parts;
    const wanted = config().caseNotices.filter(
      (notice) => notice.reasons.includes('*') || notice.reasons.includes(row.reason),
    );
    const problems = (
      await Promise.all(wanted.flatMap((notice) => [this.#call(notice, row), this.#mail(notice, row)]))
    ).filter((problem) => problem !== null);
    if (problems.length === 0) return noteNoticed(database, row.id, clock.nowIso());
    const wait = Math.min(RETRY_MS.last, RETRY_MS.first * 2 ** (row.notice_tries - 1));
    const last = row.notice_tries >= TRIES;
    log(
      'warn',
      last ? 'a case was told to nobody, and is not told again' : 'the notice of a case was not taken',
      {
        case: row.id,
        reason: row.reason,
        tries: row.notice_tries,
        problems,
      },
    );
    await postponeNotice(database, row.id, new Date(clock.now() + wait).toISOString());
  }

  /** Null: taken, or not wanted; else what went wrong. */
  async #call({ webhook }: CaseNotice, row: UnnoticedCase): Promise<string | null> {
    if (!webhook) return null;
    const { clock } = this.#parts;
    const abort = new AbortController();
    const timer = clock.setTimer(clock.now() + TIMEOUT_MS, () => abort.abort());
    const data = {
      id: row.id,
      reason: row.reason,
      stream: row.key,
      message: row.message,
      suggestedFix: row.suggested_fix,
      owner: row.owner,
      openedAt: new Date(row.opened_at).toISOString(),
    };
    const answer = await send({
      method: 'POST',
      url: webhook,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'case.opened', data }),
      signal: abort.signal,
    });
    timer.cancel();
    if (answer.kind !== 'answer') return `${webhook}: ${answer.message}`;
    return answer.status >= 200 && answer.status < 300 ? null : `${webhook} answered ${answer.status}`;
  }

  async #mail({ mailTo }: CaseNotice, row: UnnoticedCase): Promise<string | null> {
    const { mail } = this.#parts.config();
    if (!mailTo) return null;
    if (!mail) return 'the configuration names a receiver of mail and no server ("mail")';
    const transport = createTransport({
      url: mail.smtpUrl,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    });
    try {
      await transport.sendMail({
        from: mail.from,
        to: mailTo,
        subject: `[Crossdock] ${row.reason}: ${row.key}`,
        text: `${row.message}\n\nWhat would fix it: ${row.suggested_fix}\n\ncrossdock cases show ${row.id}\n`,
      });
      return null;
    } catch (error) {
      return `mail to ${mailTo}: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      transport.close();
    }
  }
}
