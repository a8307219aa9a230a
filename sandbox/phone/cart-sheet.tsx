import { useState, type FormEvent } from 'react';
import { amountWords } from '@carillon/message-view/commerce.ts';
import { Dialog } from '@carillon/message-view/dialog.tsx';
import type { Request } from '@carillon/message-view/drawing.ts';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { orderOf, priceOf, totalOf } from './answers.ts';
import type { Outgoing } from './api.ts';
import { wordIn } from './form-words.ts';

// A catalog message does not say which catalog; an order does.
const ONLY_CATALOG = '194836987003835';
const MOST_OF_ONE = 99;

/** The products that a message offers, and the cart. A catalog message names at most one product: others are added by
 *  their id. */
export function CartSheet({
  request,
  onClose,
  onSend,
}: {
  request: Request & { kind: 'products' };
  onClose: () => void;
  onSend: (content: Outgoing, referredProduct?: { catalog_id: string; product_retailer_id: string }) => void;
}) {
  const offered = request.sections.flatMap(({ productIds }) => productIds);
  const [added, setAdded] = useState<readonly string[]>([]);
  const [quantities, setQuantities] = useState<ReadonlyMap<string, number>>(new Map());
  const catalogId = request.catalogId || ONLY_CATALOG;
  const lines = Array.from(quantities, ([productId, quantity]) => ({ productId, quantity }));
  const count = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const take = (productId: string, quantity: number): void => {
    setQuantities((now) => new Map(now).set(productId, Math.min(Math.max(quantity, 0), MOST_OF_ONE)));
  };
  const order = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(orderOf(catalogId, lines, wordIn(new FormData(event.currentTarget), 'text')));
    onClose();
  };
  const only = offered.length === 1 ? offered[0] : undefined;
  const ask = (productId: string): void => {
    const text = { body: `I have a question about ${productId}.` };
    onSend({ type: 'text', text }, { catalog_id: catalogId, product_retailer_id: productId });
    onClose();
  };
  const sections = added.length > 0 ? [...request.sections, { title: '', productIds: added }] : request.sections;
  return (
    <Dialog title={cleanName(request.title) || 'Products'} onClose={onClose}>
      <form className="ph-sheet" onSubmit={order}>
        {sections.map((section, index) => (
          <section key={index} className="ph-products">
            {section.title && <h3 dir="auto">{cleanName(section.title)}</h3>}
            {section.productIds.map((productId) => (
              <Product
                key={productId}
                productId={productId}
                quantity={quantities.get(productId) ?? 0}
                onTake={(quantity) => take(productId, quantity)}
              />
            ))}
          </section>
        ))}
        <AnotherProduct
          onAdd={(productId) => {
            if (!offered.includes(productId) && !added.includes(productId)) setAdded([...added, productId]);
            take(productId, (quantities.get(productId) ?? 0) + 1);
          }}
        />
        <label className="ph-field">
          Note to the business
          <input name="text" dir="auto" autoComplete="off" maxLength={1000} />
        </label>
        <p className="ph-total" role="status">
          {count === 0 ? 'The cart is empty.' : `${count} in the cart, ${amountWords(totalOf(lines), 'USD')}`}
        </p>
        <div className="ph-buttons">
          <button type="submit" className="ph-button" disabled={count === 0}>
            Send the order
          </button>
          {only !== undefined && (
            <button type="button" className="ph-link" onClick={() => ask(only)}>
              Ask about this product
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function Product({
  productId,
  quantity,
  onTake,
}: {
  productId: string;
  quantity: number;
  onTake: (quantity: number) => void;
}) {
  const name = cleanName(productId);
  return (
    <div className="ph-product">
      <span className="ph-row-words">
        <bdi className="ph-row-name">{name}</bdi>
        <span className="ph-row-detail">{amountWords(priceOf(productId), 'USD')}</span>
      </span>
      <button
        type="button"
        className="ph-step"
        aria-label={`One less of ${name}`}
        disabled={quantity === 0}
        onClick={() => onTake(quantity - 1)}
      >
        −
      </button>
      <output aria-label={`Quantity of ${name}`}>{quantity}</output>
      <button
        type="button"
        className="ph-step"
        aria-label={`One more of ${name}`}
        disabled={quantity === MOST_OF_ONE}
        onClick={() => onTake(quantity + 1)}
      >
        +
      </button>
    </div>
  );
}

function AnotherProduct({ onAdd }: { onAdd: (productId: string) => void }) {
  const [productId, setProductId] = useState('');
  const add = (): void => {
    if (productId.trim() === '') return;
    onAdd(productId.trim());
    setProductId('');
  };
  return (
    <div className="ph-adding">
      <label className="ph-field">
        Another product, by its id
        <input
          autoComplete="off"
          maxLength={200}
          value={productId}
          onChange={(event) => setProductId(event.target.value)}
          onKeyDown={(event) => {
            // Enter in this field is not the order.
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
      </label>
      <button type="button" className="ph-button" disabled={productId.trim() === ''} onClick={add}>
        Add
      </button>
    </div>
  );
}
