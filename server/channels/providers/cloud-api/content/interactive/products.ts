import { checkText, fieldsAt, type Problems } from '#channels/providers/content-checks/checks.ts';
import { checkSections } from './replies.ts';
import { namedAction } from './requests.ts';

/** Ids of catalogs and products have no limit that Meta tells; in its Commerce Manager 100 characters are one. */
export function checkProductId(
  problems: Problems,
  pointer: string,
  value: unknown,
  rule: { optional?: boolean } = {},
): void {
  checkText(problems, pointer, value, { max: 100, singleLine: true, ...rule });
}

/** One product of a catalog. */
export function checkProduct(problems: Problems, pointer: string, value: unknown): void {
  const product = fieldsAt(problems, pointer, value, ['catalog_id', 'product_retailer_id']);
  if (!product) return;
  checkProductId(problems, `${pointer}/catalog_id`, product['catalog_id']);
  checkProductId(problems, `${pointer}/product_retailer_id`, product['product_retailer_id']);
}

export function checkProductList(problems: Problems, pointer: string, value: unknown): void {
  const action = fieldsAt(problems, pointer, value, ['catalog_id', 'sections']);
  if (!action) return;
  checkProductId(problems, `${pointer}/catalog_id`, action['catalog_id']);
  checkProductSections(problems, `${pointer}/sections`, action['sections']);
}

/** Up to thirty products in up to ten sections. */
export function checkProductSections(problems: Problems, pointer: string, value: unknown): void {
  checkSections(problems, pointer, value, { entries: 'product_items', max: 30 }, (here, entry) => {
    const product = fieldsAt(problems, here, entry, ['product_retailer_id']);
    if (product) checkProductId(problems, `${here}/product_retailer_id`, product['product_retailer_id']);
  });
}

/** A button that opens the whole catalog. */
export function checkCatalog(problems: Problems, pointer: string, value: unknown): void {
  const action = namedAction(problems, pointer, value, 'catalog_message', ['parameters']);
  if (action?.['parameters'] === undefined) return;
  checkThumbnail(problems, `${pointer}/parameters`, action['parameters']);
}

/** The product whose picture stands on the message; the first of the catalog unless told. */
export function checkThumbnail(problems: Problems, pointer: string, value: unknown): void {
  const name = 'thumbnail_product_retailer_id';
  const fields = fieldsAt(problems, pointer, value, [name]);
  if (fields) checkProductId(problems, `${pointer}/${name}`, fields[name], { optional: true });
}
