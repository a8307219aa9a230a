import type { Bill } from './drawing.ts';
import { Facts } from './facts.tsx';
import { Icon } from './icons.tsx';
import { cleanName } from './shorten.ts';

/** The head of an order's bubble: what it is, how many things, how far it has come. */
export function BillSummary({ bill }: { bill: Bill }) {
  const count = bill.items.reduce((sum, { quantity }) => sum + quantity, 0);
  const details = [
    count > 0 ? `${count} ${count === 1 ? 'item' : 'items'}` : '',
    bill.status,
    bill.payment ? `payment ${bill.payment.toLowerCase()}` : '',
  ].filter(Boolean);
  return (
    <div className="mv-file">
      <Icon name="bill" />
      <span className="mv-file-words">
        <span className="mv-file-name">
          Order <bdi>{cleanName(bill.reference)}</bdi>
        </span>
        {details.length > 0 && <span className="mv-file-details">{details.join(' · ')}</span>}
        {bill.description && <bdi className="mv-file-details">{cleanName(bill.description)}</bdi>}
      </span>
      {bill.total && <strong className="mv-amount">{bill.total}</strong>}
    </div>
  );
}

/** The whole bill: every line, what is added and taken off, and the total. */
export function BillView({ bill }: { bill: Bill }) {
  return (
    <>
      <table className="mv-bill">
        <caption className="mv-hidden">
          Order <bdi>{cleanName(bill.reference)}</bdi>
        </caption>
        <tbody>
          {bill.items.map((item, index) => (
            <tr key={index}>
              <th scope="row">
                <bdi>{cleanName(item.name)}</bdi> <span className="mv-file-details">× {item.quantity}</span>
              </th>
              <td>{item.amount}</td>
            </tr>
          ))}
        </tbody>
        <tbody>
          {bill.lines.map((line) => (
            <tr key={line.label} className="mv-bill-minor">
              <th scope="row">
                <bdi>{cleanName(line.label)}</bdi>
              </th>
              <td>{line.amount}</td>
            </tr>
          ))}
          {bill.total && (
            <tr className="mv-bill-total">
              <th scope="row">Total</th>
              <td>{bill.total}</td>
            </tr>
          )}
        </tbody>
      </table>
      <Facts
        facts={[
          { label: 'Reference', text: bill.reference },
          { label: 'Status', text: bill.status },
          { label: 'About', text: bill.description ?? '' },
          { label: 'Payment', text: bill.payment ?? '' },
          { label: 'To be paid until', text: bill.endsAtMs === undefined ? '' : instantWords(bill.endsAtMs) },
          ...bill.beneficiaries.map((text) => ({ label: 'For', text })),
        ]}
      />
    </>
  );
}

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

// Beyond this many milliseconds there is no date.
const LAST_INSTANT = 8.64e15;

function instantWords(atMs: number): string {
  return Math.abs(atMs) <= LAST_INSTANT ? format.format(atMs) : '';
}
