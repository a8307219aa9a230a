import type { Drawing, Person, Place } from './content.ts';
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

/** The cards of people that were shared. */
export function PeopleView({ people }: { people: readonly Person[] }) {
  return (
    <ul className="mv-people">
      {people.map((person, index) => (
        <li key={index} className="mv-file">
          <Icon name="person" />
          <span className="mv-file-words">
            <bdi className="mv-file-name">{cleanName(person.name)}</bdi>
            {[person.organisation ?? '', ...person.phones, ...person.emails]
              .filter((detail) => detail !== '')
              .map((detail) => (
                <bdi key={detail} className="mv-file-details">
                  {cleanName(detail)}
                </bdi>
              ))}
          </span>
        </li>
      ))}
    </ul>
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
      </div>
      {order.text && <div dir="auto">{capMarks(order.text)}</div>}
    </>
  );
}
