/** The terms of payment that the vendor has ready, by its own ids. */
import { gid, idIn } from '../ids.ts';

export interface TermsTemplate {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: 'RECEIPT' | 'FULFILLMENT' | 'NET' | 'FIXED';
  /** Null: another event, or a date, says when. */
  readonly dueInDays: number | null;
}

const net = (id: string, days: number): TermsTemplate => ({
  id,
  name: `Net ${days}`,
  description: `Within ${days} days`,
  type: 'NET',
  dueInDays: days,
});

const due = (id: string, name: string, description: string, type: TermsTemplate['type']): TermsTemplate => ({
  id,
  name,
  description,
  type,
  dueInDays: null,
});

/** In the vendor's order. */
export const TERMS_TEMPLATES: readonly TermsTemplate[] = [
  due('1', 'Due on receipt', 'Due on receipt', 'RECEIPT'),
  due('9', 'Due on fulfillment', 'Due on fulfillment', 'FULFILLMENT'),
  net('2', 7),
  net('3', 15),
  net('4', 30),
  net('8', 45),
  net('5', 60),
  net('6', 90),
  due('7', 'Fixed', 'Fixed date', 'FIXED'),
];

/** The template of a global id; undefined: there is none. */
export function termsTemplate(globalId: string): TermsTemplate | undefined {
  const id = idIn('PaymentTermsTemplate', globalId);
  return TERMS_TEMPLATES.find((each) => each.id === id);
}

export function termsTemplateNode(template: TermsTemplate): Record<string, unknown> {
  return {
    __typename: 'PaymentTermsTemplate',
    id: gid('PaymentTermsTemplate', template.id),
    name: template.name,
    translatedName: template.name,
    description: template.description,
    dueInDays: template.dueInDays,
    paymentTermsType: template.type,
  };
}

/** Root fields. */
export function termsRoot(): Record<string, unknown> {
  return {
    paymentTermsTemplates: ({ paymentTermsType }: { paymentTermsType?: string | null }) =>
      TERMS_TEMPLATES.filter(({ type }) => !paymentTermsType || type === paymentTermsType).map(
        termsTemplateNode,
      ),
  };
}
