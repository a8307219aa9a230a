import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import type { Drawing, Person, Place } from './drawing.ts';
import { Facts } from './facts.tsx';
import { Icon } from './icons.tsx';
import { capMarks, cleanName } from './shorten.ts';

/** A place in words. There is no map: it would tell a map's owner who is talking about where. */
export function PlaceView({ place }: { place: Place }) {
  const coordinates = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  const map = `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=16/${place.latitude}/${place.longitude}`;
  return (
    <a className="mv-file" href={map} target="_blank" rel="noopener noreferrer">
      <Icon name="place" />
      <span className="mv-file-words">
        <bdi className="mv-file-name">{cleanName(place.name ?? '') || 'Location'}</bdi>
        {place.address && <bdi className="mv-file-details">{cleanName(place.address)}</bdi>}
        <span className="mv-file-details">{coordinates}</span>
      </span>
    </a>
  );
}

/** A product of the business's catalog. Only its id is in the message. */
export function ProductView({ productId }: { productId: string }) {
  return (
    <div className="mv-file">
      <Icon name="basket" />
      <span className="mv-file-words">
        <span className="mv-file-name">Product</span>
        <bdi className="mv-file-details">{cleanName(productId)}</bdi>
      </span>
    </div>
  );
}

const MOST_PEOPLE = 3;

/** The cards of people that were shared: the first three, and all of them with all that they say in a window. */
export function PeopleView({ people }: { people: readonly Person[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ul className="mv-people">
        {people.slice(0, MOST_PEOPLE).map((person, index) => (
          <li key={index} className="mv-file">
            <Icon name="person" />
            <span className="mv-file-words">
              <bdi className="mv-file-name">{cleanName(person.name)}</bdi>
              {[person.organisation ?? '', ...person.phones, ...person.emails]
                .filter((detail) => detail !== '')
                .slice(0, MOST_PEOPLE)
                .map((detail, at) => (
                  <bdi key={at} className="mv-file-details">
                    {cleanName(detail)}
                  </bdi>
                ))}
            </span>
          </li>
        ))}
      </ul>
      {people.length > 0 && (
        <button type="button" className="mv-more-button" onClick={() => setOpen(true)}>
          {people.length === 1 ? 'View contact' : `View ${people.length} contacts`}
        </button>
      )}
      {isOpen && (
        <Dialog title={people.length === 1 ? 'Contact' : 'Contacts'} onClose={() => setOpen(false)}>
          {people.map((person, index) => (
            <PersonCard key={index} person={person} />
          ))}
        </Dialog>
      )}
    </>
  );
}

function PersonCard({ person }: { person: Person }) {
  return (
    <section className="mv-rows">
      <h3 dir="auto">{cleanName(person.name)}</h3>
      <Facts
        facts={[
          { label: 'Organisation', text: person.organisation ?? '' },
          ...person.phones.map((text) => ({ label: 'Phone', text })),
          ...person.emails.map((text) => ({ label: 'E-mail', text })),
          ...person.more,
        ]}
      />
    </section>
  );
}

/** A basket that the customer sent. */
export function OrderView({ order }: { order: Drawing & { kind: 'order' } }) {
  return (
    <>
      <div className="mv-file">
        <Icon name="basket" />
        <span className="mv-file-words">
          <span className="mv-file-name">Order</span>
          {order.products.map((product, index) => (
            <span key={index} className="mv-file-details">
              {product.quantity} × <bdi>{cleanName(product.id)}</bdi>
              {product.price && `, ${product.price}`}
            </span>
          ))}
        </span>
        {order.total && <strong className="mv-amount">{order.total}</strong>}
      </div>
      {order.text && <div dir="auto">{capMarks(order.text)}</div>}
    </>
  );
}

/** The answers of a form, folded. */
export function FormView({ form }: { form: Drawing & { kind: 'form' } }) {
  return (
    <>
      <div className="mv-file">
        <Icon name="form" />
        <bdi className="mv-file-name">{cleanName(form.title)}</bdi>
      </div>
      {form.answers.length > 0 && (
        <details className="mv-answers">
          <summary>Answers</summary>
          <Facts facts={form.answers.map(({ name, text }) => ({ label: name, text }))} />
        </details>
      )}
    </>
  );
}
