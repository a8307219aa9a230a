// Made by "npm run generate" from openapi.json. Do not edit.

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether everything that is needed to serve is there */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How each part is, in words */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspace of the credential */
        get: operations["getWorkspace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API keys, newest first */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Make an API key
         * @description The key itself is in this answer only.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key and end its sessions */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in to the console with an API key
         * @description Sets a cookie that no script can read.
         */
        post: operations["startSession"];
        /** Sign out */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the senders */
        get: operations["listSenders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a sender */
        get: operations["getSender"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hold everything that it would send */
        post: operations["pauseSender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let it send again */
        post: operations["resumeSender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders/{id}/lanes/{lane}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop one lane */
        post: operations["stopLane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/senders/{id}/lanes/{lane}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a lane go on */
        post: operations["resumeLane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is stopped on all senders
         * @description The stops of single senders are in GET /v1/senders.
         */
        get: operations["listStops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stops/{scope}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Stop everything, or one lane, on all senders
         * @description Messages wait; nothing is lost. What is being handed over to a provider at this moment still goes. What is stopped already stays so, with its first reason.
         */
        put: operations["stop"];
        post?: never;
        /**
         * Let everything, or one lane, go on
         * @description Pauses and stops of single senders stand, and so does a stop of everything when one lane is resumed.
         */
        delete: operations["endStop"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the provider told of the templates of a connection, by name and language */
        get: operations["listKnownTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/breaker": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Force the breaker open or closed, or let it decide again
         * @description Forced open, nothing goes to the provider: messages wait in the queue, and routing rules that reroute take other senders. Forced closed, they leave although calls fail. Back to automatic from forced open, one real message is tried first.
         */
        post: operations["setBreaker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the connections with their senders and health */
        get: operations["listConnections"];
        put?: never;
        /**
         * Connect a provider account
         * @description Tries the credentials first; when one does not work, nothing is saved and the problem says why.
         */
        post: operations["addConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a connection */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        /** End the use of an account and forget its secrets */
        delete: operations["removeConnection"];
        options?: never;
        head?: never;
        /**
         * Change how messages are sent by the account
         * @description What is absent stays; null takes the messaging account away.
         */
        patch: operations["changeConnection"];
        trace?: never;
    };
    "/v1/connections/{id}/senders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a further number of the account */
        post: operations["addSender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try the credentials again */
        post: operations["checkConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/subscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have the provider send the webhooks of the account here */
        post: operations["subscribeConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Replace secrets
         * @description What is absent stays. The previous app secret stays valid beside a new one until it is dropped.
         */
        put: operations["rotateSecrets"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hold everything that its senders would send */
        post: operations["pauseConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let its senders send again */
        post: operations["resumeConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/twilio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Connect an account of Twilio, for SMS or for WhatsApp
         * @description Tries the credentials first; when one does not work, nothing is saved and the problem says why. A number that sends both is connected twice.
         */
        post: operations["addTwilioConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/smtp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Connect an SMTP server for e-mail
         * @description Signs in first; when that does not work, nothing is saved and the problem says why. Nothing is sent.
         */
        post: operations["addSmtpConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/ultramsg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Connect an instance of UltraMsg
         * @description Tries the token first; when it does not work, nothing is saved and the problem says why. The phone may be linked later.
         */
        post: operations["addUltramsgConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/ultramsg/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the phone is linked, and what waits */
        get: operations["getUltramsgStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/ultramsg/qr": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The QR code that links a phone, as a PNG
         * @description Whoever scans it gives their WhatsApp account to this instance. It changes every half minute.
         */
        get: operations["getUltramsgQr"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/ultramsg/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restart the instance */
        post: operations["restartUltramsg"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/ultramsg/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlink the phone
         * @description Nothing is sent until a phone is linked again by the QR code.
         */
        post: operations["logOutUltramsg"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/ultramsg/clear": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drop messages that UltraMsg did not send
         * @description What waits there was accepted here and is not sent again by itself. The list of sent messages stays: unknown outcomes are settled by it.
         */
        post: operations["clearUltramsg"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/ultramsg/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of the instance */
        get: operations["getUltramsgSettings"];
        put?: never;
        /** Change settings of the instance; what is absent stays */
        post: operations["changeUltramsgSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/ultramsg/contact-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether a number is on WhatsApp
         * @description UltraMsg remembers the answer for three days.
         */
        post: operations["checkUltramsgContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reference/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what the errors of providers mean */
        get: operations["listProviderErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List contacts, newest first */
        get: operations["listContacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A contact */
        get: operations["getContact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change what is known of a contact */
        patch: operations["changeContact"];
        trace?: never;
    };
    "/v1/contacts/{id}/suppressions/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Write no more to a contact: at all (stop, block) or marketing only (marketing_stop) */
        put: operations["suppressContact"];
        post?: never;
        /** Take a suppression back */
        delete: operations["liftSuppression"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List messages, newest first */
        get: operations["listMessages"];
        put?: never;
        /**
         * Send a message
         * @description Answers 202 when the message is on disk and will be sent. The content is written as for the Cloud API.
         */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send up to 1,000 messages
         * @description Each message gets a result of its own, in order; a bad one does not hold up the others.
         */
        post: operations["sendMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what would happen to a message, without sending it */
        post: operations["explainMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A message and where it is */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/trace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole story of a message
         * @description `events` is what happened; `waits_for` says what keeps a message at this moment that was not handed over yet, or whose outcome is not known.
         */
        get: operations["traceMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back a message that still waits */
        post: operations["cancelMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark a received message as read, with a typing indicator if wanted */
        post: operations["markMessageAsRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/routing/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The routing rules, in the order in which they are looked at */
        get: operations["listRoutingRules"];
        put?: never;
        /**
         * Add a routing rule
         * @description Messages without sender_id go by the first rule that fits. Rerouting is off until it is turned on here.
         */
        post: operations["addRoutingRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/routing/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A routing rule */
        get: operations["getRoutingRule"];
        /** Put another rule in the place of one */
        put: operations["replaceRoutingRule"];
        post?: never;
        /** Remove a routing rule; what it routed is not rerouted any more */
        delete: operations["removeRoutingRule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/routing/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show a message as it would be at each sender of its rule, without sending it */
        post: operations["previewRouting"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forwarding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where webhooks are sent on to */
        get: operations["getForwarding"];
        /**
         * Send webhooks on, in Meta's shape
         * @description The receiver is asked at once, as Meta asks: GET with hub.mode, hub.challenge and hub.verify_token. Nothing is saved until it answers with the challenge.
         */
        put: operations["setForwarding"];
        post?: never;
        /** Send webhooks on no longer; what still waits is given up */
        delete: operations["endForwarding"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forwarding/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was sent on or waits for it, newest first */
        get: operations["listForwardingDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forwarding/deliveries/{id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a webhook on again that was given up on, or was taken and lost */
        post: operations["redeliverForwarding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List dead letters, newest message first */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open dead letters by cause */
        get: operations["listDeadLetterGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{message_id}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a dead letter again, with mended content if given */
        post: operations["redriveDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/{message_id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a dead letter go */
        post: operations["discardDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send many dead letters again; with dry_run only count them */
        post: operations["redriveDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes of messages as they happen (server-sent events) */
        get: operations["watchMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Provider webhooks as they came, newest first */
        get: operations["listWebhooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A provider webhook with its exact body */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Apply a kept webhook again; what took effect before does not happen twice */
        post: operations["replayWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/provider-notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What providers said that is not a message or a receipt: account news, unsupported kinds, unrouted and quarantined items */
        get: operations["listProviderNotices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List files of received messages, newest first */
        get: operations["listMedia"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/media/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file and whether it is here */
        get: operations["getMedia"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/media/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a file */
        get: operations["downloadMedia"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/media/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetch a failed file again */
        post: operations["retryMedia"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List uploaded files, newest first */
        get: operations["listUploads"];
        put?: never;
        /**
         * Upload a file to send messages with
         * @description multipart/form-data with one part named file, of at most 100 MB. The same file under the same name gives the same upload, so a repetition is harmless.
         */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An uploaded file and how it can be sent */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /**
         * Forget an uploaded file
         * @description Messages that were accepted with it are sent all the same.
         */
        delete: operations["deleteUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List conversations, the one in which the contact spoke last first */
        get: operations["listConversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A conversation */
        get: operations["getConversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What went wrong (RFC 9457) */
        Problem: {
            /** @description Path of the page that explains the code */
            type: string;
            title: string;
            status: number;
            /** @description For programs; never renamed */
            code: string;
            /** @description For people */
            detail?: string;
            /** @description Whether the same request may succeed later */
            retryable: boolean;
            request_id: string;
            errors?: {
                /** @description JSON pointer into the body, ?name of a query parameter, or a header */
                pointer: string;
                message: string;
                code?: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "degraded" | "down";
                        parts: {
                            [key: string]: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        };
                    };
                };
            };
            /** @description Default Response */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "degraded" | "down";
                        parts: {
                            [key: string]: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "degraded" | "down";
                        parts: {
                            [key: string]: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        /** Format: date-time */
                        created_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                /** @description next_cursor of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                            /** @description The beginning of the key, to tell keys apart */
                            prefix: string;
                            scopes: string[];
                            /** Format: date-time */
                            created_at: string;
                            expires_at: string | null;
                            last_used_at: string | null;
                            revoked_at: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    scopes: ("api_keys:read" | "api_keys:write" | "audit:read" | "connections:read" | "connections:write" | "contacts:read" | "contacts:write" | "conversations:read" | "conversations:write" | "dead_letters:read" | "dead_letters:redrive" | "forwarding:read" | "forwarding:write" | "lanes:read" | "lanes:write" | "media:read" | "media:write" | "messages:read" | "messages:send" | "routing:read" | "routing:write" | "webhooks:read" | "webhooks:replay" | "workspace:read" | "*")[];
                    /** Format: date-time */
                    expires_at?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        /** @description The beginning of the key, to tell keys apart */
                        prefix: string;
                        scopes: string[];
                        /** Format: date-time */
                        created_at: string;
                        expires_at: string | null;
                        last_used_at: string | null;
                        revoked_at: string | null;
                        key: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        /** @description The beginning of the key, to tell keys apart */
                        prefix: string;
                        scopes: string[];
                        /** Format: date-time */
                        created_at: string;
                        expires_at: string | null;
                        last_used_at: string | null;
                        revoked_at: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        workspace: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                        };
                        scopes: string[];
                        expires_at: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    api_key: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        workspace: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                        };
                        scopes: string[];
                        expires_at: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSenders: {
        parameters: {
            query?: {
                limit?: number;
                /** @description next_cursor of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        connection_id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description The provider's id; for the Cloud API the phone number id */
                        external_id: string;
                        phone: string | null;
                        display_name: string | null;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        paused_until: string | null;
                        throughput_per_second: number;
                        stopped_lanes: {
                            /** @enum {string} */
                            lane: "authentication" | "transactional" | "service" | "marketing";
                            /**
                             * @description A lane that is stopped on the workspace is so on all senders
                             * @enum {string}
                             */
                            on: "sender" | "workspace";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                        /** @description What the provider told of the number */
                        known: {
                            quality: string | null;
                            messaging_limit: string | null;
                            conversations_per_day: number | null;
                            name_status: string | null;
                            name_rejection: string | null;
                            username: string | null;
                            /** @description What its account may not do now */
                            restrictions: {
                                /** @enum {string} */
                                restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                reason: string;
                                until: string | null;
                            }[];
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseSender: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                    /**
                     * Format: date-time
                     * @description It goes on by itself then
                     */
                    until?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        connection_id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description The provider's id; for the Cloud API the phone number id */
                        external_id: string;
                        phone: string | null;
                        display_name: string | null;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        paused_until: string | null;
                        throughput_per_second: number;
                        stopped_lanes: {
                            /** @enum {string} */
                            lane: "authentication" | "transactional" | "service" | "marketing";
                            /**
                             * @description A lane that is stopped on the workspace is so on all senders
                             * @enum {string}
                             */
                            on: "sender" | "workspace";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                        /** @description What the provider told of the number */
                        known: {
                            quality: string | null;
                            messaging_limit: string | null;
                            conversations_per_day: number | null;
                            name_status: string | null;
                            name_rejection: string | null;
                            username: string | null;
                            /** @description What its account may not do now */
                            restrictions: {
                                /** @enum {string} */
                                restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                reason: string;
                                until: string | null;
                            }[];
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeSender: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        connection_id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description The provider's id; for the Cloud API the phone number id */
                        external_id: string;
                        phone: string | null;
                        display_name: string | null;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        paused_until: string | null;
                        throughput_per_second: number;
                        stopped_lanes: {
                            /** @enum {string} */
                            lane: "authentication" | "transactional" | "service" | "marketing";
                            /**
                             * @description A lane that is stopped on the workspace is so on all senders
                             * @enum {string}
                             */
                            on: "sender" | "workspace";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                        /** @description What the provider told of the number */
                        known: {
                            quality: string | null;
                            messaging_limit: string | null;
                            conversations_per_day: number | null;
                            name_status: string | null;
                            name_rejection: string | null;
                            username: string | null;
                            /** @description What its account may not do now */
                            restrictions: {
                                /** @enum {string} */
                                restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                reason: string;
                                until: string | null;
                            }[];
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopLane: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                lane: "authentication" | "transactional" | "service" | "marketing";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        connection_id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description The provider's id; for the Cloud API the phone number id */
                        external_id: string;
                        phone: string | null;
                        display_name: string | null;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        paused_until: string | null;
                        throughput_per_second: number;
                        stopped_lanes: {
                            /** @enum {string} */
                            lane: "authentication" | "transactional" | "service" | "marketing";
                            /**
                             * @description A lane that is stopped on the workspace is so on all senders
                             * @enum {string}
                             */
                            on: "sender" | "workspace";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                        /** @description What the provider told of the number */
                        known: {
                            quality: string | null;
                            messaging_limit: string | null;
                            conversations_per_day: number | null;
                            name_status: string | null;
                            name_rejection: string | null;
                            username: string | null;
                            /** @description What its account may not do now */
                            restrictions: {
                                /** @enum {string} */
                                restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                reason: string;
                                until: string | null;
                            }[];
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeLane: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                lane: "authentication" | "transactional" | "service" | "marketing";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        connection_id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description The provider's id; for the Cloud API the phone number id */
                        external_id: string;
                        phone: string | null;
                        display_name: string | null;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        paused_until: string | null;
                        throughput_per_second: number;
                        stopped_lanes: {
                            /** @enum {string} */
                            lane: "authentication" | "transactional" | "service" | "marketing";
                            /**
                             * @description A lane that is stopped on the workspace is so on all senders
                             * @enum {string}
                             */
                            on: "sender" | "workspace";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                        /** @description What the provider told of the number */
                        known: {
                            quality: string | null;
                            messaging_limit: string | null;
                            conversations_per_day: number | null;
                            name_status: string | null;
                            name_rejection: string | null;
                            username: string | null;
                            /** @description What its account may not do now */
                            restrictions: {
                                /** @enum {string} */
                                restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                reason: string;
                                until: string | null;
                            }[];
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStops: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {string} */
                            scope: "everything" | "authentication" | "transactional" | "service" | "marketing";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                scope: "everything" | "authentication" | "transactional" | "service" | "marketing";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {string} */
                            scope: "everything" | "authentication" | "transactional" | "service" | "marketing";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endStop: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                scope: "everything" | "authentication" | "transactional" | "service" | "marketing";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {string} */
                            scope: "everything" | "authentication" | "transactional" | "service" | "marketing";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKnownTemplates: {
        parameters: {
            query?: {
                status?: "approved" | "pending" | "rejected" | "paused" | "disabled" | "flagged" | "in_appeal" | "limit_exceeded" | "archived" | "locked" | "pending_deletion" | "deleted" | "not_found";
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            name: string;
                            language: string;
                            provider_id: string | null;
                            status: ("approved" | "pending" | "rejected" | "paused" | "disabled" | "flagged" | "in_appeal" | "limit_exceeded" | "archived" | "locked" | "pending_deletion" | "deleted" | "not_found") | null;
                            status_reason: string | null;
                            status_until: string | null;
                            status_at: string | null;
                            quality: string | null;
                            category: string | null;
                            next_category: string | null;
                            next_category_at: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setBreaker: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state: "automatic" | "forced_open" | "forced_closed";
                    /** @description Kept in the audit trail */
                    reason: string;
                    /**
                     * Format: date-time
                     * @description It is automatic again from then on; not with automatic
                     */
                    until?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConnections: {
        parameters: {
            query?: {
                limit?: number;
                /** @description next_cursor of the page before */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description False: it works without the consent of whom the channel belongs to */
                            official: boolean;
                            warning: string | null;
                            name: string;
                            base_url: string;
                            api_version: string;
                            /** @description The provider's id of the account */
                            business_account_id: string;
                            app_id: string | null;
                            messaging_account_id: string | null;
                            direct_send: boolean;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            /** @description Keeps messages from a provider that does not answer */
                            breaker: {
                                /**
                                 * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                                 * @enum {string}
                                 */
                                state: "closed" | "open" | "half_open";
                                forced: ("open" | "closed") | null;
                                until: string | null;
                                reason: string | null;
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                            /** @description What was found with the credentials, in words */
                            checks: {
                                name: string;
                                ok: boolean;
                                message: string;
                            }[];
                            /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                            webhook_path: string;
                            /**
                             * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                             * @enum {string}
                             */
                            webhooks: "signed" | "unsigned";
                            /** @description The provider tries the address before it sends webhooks */
                            has_challenge: boolean;
                            callback_url: string | null;
                            challenge_seen_at: string | null;
                            first_webhook_at: string | null;
                            last_webhook_at: string | null;
                            senders: {
                                /** Format: uuid */
                                id: string;
                                /** Format: uuid */
                                connection_id: string;
                                provider: string;
                                /** @enum {string} */
                                channel: "whatsapp" | "sms" | "email";
                                /** @description The provider's id; for the Cloud API the phone number id */
                                external_id: string;
                                phone: string | null;
                                display_name: string | null;
                                /** @enum {string} */
                                status: "active" | "paused";
                                paused_reason: string | null;
                                paused_until: string | null;
                                throughput_per_second: number;
                                stopped_lanes: {
                                    /** @enum {string} */
                                    lane: "authentication" | "transactional" | "service" | "marketing";
                                    /**
                                     * @description A lane that is stopped on the workspace is so on all senders
                                     * @enum {string}
                                     */
                                    on: "sender" | "workspace";
                                    reason: string;
                                    /** Format: date-time */
                                    stopped_at: string;
                                    stopped_by: string;
                                }[];
                                /** @description What the provider told of the number */
                                known: {
                                    quality: string | null;
                                    messaging_limit: string | null;
                                    conversations_per_day: number | null;
                                    name_status: string | null;
                                    name_rejection: string | null;
                                    username: string | null;
                                    /** @description What its account may not do now */
                                    restrictions: {
                                        /** @enum {string} */
                                        restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                        reason: string;
                                        until: string | null;
                                    }[];
                                };
                                health: {
                                    /** @enum {string} */
                                    state: "ok" | "degraded" | "down";
                                    detail: string;
                                };
                            }[];
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    provider: "whatsapp-cloud";
                    name?: string;
                    /** @description Of the Graph API or what speaks like it */
                    base_url?: string;
                    api_version?: string;
                    /** @description The id of the WhatsApp Business Account */
                    business_account_id: string;
                    /** @description The id of the app; found by the token when absent */
                    app_id?: string;
                    /** @description Of the messaging account that messages are sent for, where the number has several */
                    messaging_account_id?: string;
                    /** @description The provider lets this account use Direct Send: free content that is billed as a category */
                    direct_send?: boolean;
                    /** @description Of a system user */
                    access_token: string;
                    /** @description Verifies webhooks */
                    app_secret: string;
                    /** @description Chosen by you; the provider repeats it when it verifies the callback URL */
                    verify_token: string;
                    /** @description The provider's id of the number; of Twilio the number itself, with + */
                    phone_number_id: string;
                    /** @description E.164; what the provider tells counts more */
                    phone?: string;
                    throughput_per_second?: number;
                    /** @description Save although a check fails */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                        /** Format: uuid */
                        sender_id: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    messaging_account_id?: string | null;
                    /** @description The provider lets this account use Direct Send: free content that is billed as a category */
                    direct_send?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addSender: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The provider's id of the number; of Twilio the number itself, with + */
                    phone_number_id: string;
                    /** @description E.164; what the provider tells counts more */
                    phone?: string;
                    throughput_per_second?: number;
                    /** @description Save although a check fails */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        connection_id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description The provider's id; for the Cloud API the phone number id */
                        external_id: string;
                        phone: string | null;
                        display_name: string | null;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        paused_until: string | null;
                        throughput_per_second: number;
                        stopped_lanes: {
                            /** @enum {string} */
                            lane: "authentication" | "transactional" | "service" | "marketing";
                            /**
                             * @description A lane that is stopped on the workspace is so on all senders
                             * @enum {string}
                             */
                            on: "sender" | "workspace";
                            reason: string;
                            /** Format: date-time */
                            stopped_at: string;
                            stopped_by: string;
                        }[];
                        /** @description What the provider told of the number */
                        known: {
                            quality: string | null;
                            messaging_limit: string | null;
                            conversations_per_day: number | null;
                            name_status: string | null;
                            name_rejection: string | null;
                            username: string | null;
                            /** @description What its account may not do now */
                            restrictions: {
                                /** @enum {string} */
                                restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                reason: string;
                                until: string | null;
                            }[];
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    subscribeConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        callback_url: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateSecrets: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of a system user */
                    access_token?: string;
                    /** @description Verifies webhooks */
                    app_secret?: string;
                    /** @description Chosen by you. Where webhooks are not signed it is the last part of their address: 32 random characters or more */
                    verify_token?: string;
                    drop_previous_app_secret?: boolean;
                    /** @description Save although a check fails */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addTwilioConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    channel: "sms" | "whatsapp";
                    /** @description Of Twilio or what speaks like it */
                    base_url?: string;
                    /** @description The account, or a subaccount with its own auth token */
                    account_sid: string;
                    /** @description Of the account: it signs webhooks, and authorizes calls unless there is an API key */
                    auth_token: string;
                    /** @description Authorizes calls in place of the auth token */
                    api_key_sid?: string;
                    /** @description Shown once, when the API key is made */
                    api_key_secret?: string;
                    /** @description A number as E.164 with "+", or the SID of a messaging service, which chooses one of its numbers */
                    sender: string;
                    /** @description Have Twilio write characters such as curly quotes so that an SMS needs fewer segments */
                    smart_encoding?: boolean;
                    throughput_per_second?: number;
                    name?: string;
                    /** @description Save although a check fails */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                        /** Format: uuid */
                        sender_id: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addSmtpConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of the server, e.g. smtp.example.com */
                    host: string;
                    /** @description 465 for implicit TLS, else 587 */
                    port?: number;
                    /**
                     * @description How the connection is secured; starttls when absent, none to this machine only
                     * @enum {string}
                     */
                    tls?: "starttls" | "implicit" | "none";
                    /** @description The certificate (PEM) that the server proves itself by, when no public authority gave it one */
                    ca?: string;
                    /** @description Signs in */
                    user: string;
                    /** @description Often one that is made for programs */
                    password: string;
                    /** @description The address that messages are sent from */
                    from: string;
                    /** @description As people see the sender */
                    from_name?: string;
                    /** @description Mailbox of bounces, e.g. bounce@example.com; it must take bounce+anything, too. Else the sender */
                    bounce_address?: string;
                    /** @description Of messages of the type text */
                    default_subject?: string;
                    throughput_per_second?: number;
                    name?: string;
                    /** @description Save although a check fails */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                        /** Format: uuid */
                        sender_id: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addUltramsgConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of UltraMsg or what speaks like it */
                    base_url?: string;
                    /** @description As UltraMsg shows it, e.g. instance1150; digits alone will do */
                    instance_id: string;
                    /** @description Shown beside it */
                    token: string;
                    throughput_per_second?: number;
                    name?: string;
                    /** @description Save although a check fails */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        /** @enum {string} */
                        channel: "whatsapp" | "sms" | "email";
                        /** @description False: it works without the consent of whom the channel belongs to */
                        official: boolean;
                        warning: string | null;
                        name: string;
                        base_url: string;
                        api_version: string;
                        /** @description The provider's id of the account */
                        business_account_id: string;
                        app_id: string | null;
                        messaging_account_id: string | null;
                        direct_send: boolean;
                        /** @enum {string} */
                        status: "active" | "paused";
                        paused_reason: string | null;
                        /** @description Keeps messages from a provider that does not answer */
                        breaker: {
                            /**
                             * @description closed: messages leave; open: they wait; half_open: one at a time is tried
                             * @enum {string}
                             */
                            state: "closed" | "open" | "half_open";
                            forced: ("open" | "closed") | null;
                            until: string | null;
                            reason: string | null;
                        };
                        health: {
                            /** @enum {string} */
                            state: "ok" | "degraded" | "down";
                            detail: string;
                        };
                        /** @description What was found with the credentials, in words */
                        checks: {
                            name: string;
                            ok: boolean;
                            message: string;
                        }[];
                        /** @description Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added */
                        webhook_path: string;
                        /**
                         * @description Unsigned: they are known by the secret part of their address alone, so trust them less
                         * @enum {string}
                         */
                        webhooks: "signed" | "unsigned";
                        /** @description The provider tries the address before it sends webhooks */
                        has_challenge: boolean;
                        callback_url: string | null;
                        challenge_seen_at: string | null;
                        first_webhook_at: string | null;
                        last_webhook_at: string | null;
                        senders: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            provider: string;
                            /** @enum {string} */
                            channel: "whatsapp" | "sms" | "email";
                            /** @description The provider's id; for the Cloud API the phone number id */
                            external_id: string;
                            phone: string | null;
                            display_name: string | null;
                            /** @enum {string} */
                            status: "active" | "paused";
                            paused_reason: string | null;
                            paused_until: string | null;
                            throughput_per_second: number;
                            stopped_lanes: {
                                /** @enum {string} */
                                lane: "authentication" | "transactional" | "service" | "marketing";
                                /**
                                 * @description A lane that is stopped on the workspace is so on all senders
                                 * @enum {string}
                                 */
                                on: "sender" | "workspace";
                                reason: string;
                                /** Format: date-time */
                                stopped_at: string;
                                stopped_by: string;
                            }[];
                            /** @description What the provider told of the number */
                            known: {
                                quality: string | null;
                                messaging_limit: string | null;
                                conversations_per_day: number | null;
                                name_status: string | null;
                                name_rejection: string | null;
                                username: string | null;
                                /** @description What its account may not do now */
                                restrictions: {
                                    /** @enum {string} */
                                    restriction: "business_initiated" | "customer_initiated" | "utility_templates" | "direct_send_utility" | "direct_send_authentication" | "direct_send_service";
                                    reason: string;
                                    until: string | null;
                                }[];
                            };
                            health: {
                                /** @enum {string} */
                                state: "ok" | "degraded" | "down";
                                detail: string;
                            };
                        }[];
                        /** Format: uuid */
                        sender_id: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUltramsgStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description In the words of UltraMsg; "authenticated" when the phone is linked */
                        status: string;
                        substatus: string | null;
                        linked: boolean;
                        /** @description What to do */
                        detail: string;
                        phone: string | null;
                        display_name: string | null;
                        /** @description Messages at UltraMsg; null where it did not say */
                        messages: {
                            queue: number | null;
                            sent: number | null;
                            unsent: number | null;
                            invalid: number | null;
                            expired: number | null;
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUltramsgQr: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restartUltramsg: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logOutUltramsg: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearUltramsg: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    status: "queue" | "unsent" | "invalid";
                };
            };
        };
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUltramsgSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        send_delay_seconds: number | null;
                        send_delay_max_seconds: number | null;
                        webhook_retries: number | null;
                        webhooks_come_here: boolean | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeUltramsgSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Between messages while fewer than ten wait; UltraMsg advises 5 */
                    send_delay_seconds?: number;
                    /** @description Between messages while ten or more wait; UltraMsg advises 20 to 25 */
                    send_delay_max_seconds?: number;
                    webhook_retries?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        send_delay_seconds: number | null;
                        send_delay_max_seconds: number | null;
                        webhook_retries: number | null;
                        webhooks_come_here: boolean | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkUltramsgContact: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description E.164 */
                    phone: string;
                    /** @description Look again, whatever is remembered */
                    fresh?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        phone: string;
                        on_whatsapp: boolean;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProviderErrors: {
        parameters: {
            query?: {
                provider?: string;
                code?: string;
                reaction?: "retry" | "retry_pair" | "retry_sender" | "fail" | "pause_sender" | "pause_connection" | "unknown";
                remedy?: "wait" | "receipt" | "content" | "template" | "request" | "account" | "none";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            provider: string;
                            /** @description The provider's code, or a name of ours for an answer without one */
                            code: string;
                            subcode_of: string | null;
                            title: string;
                            /**
                             * @description In the answer to a call, in a webhook later, or in either
                             * @enum {string}
                             */
                            shows: "answer" | "webhook" | "both";
                            http_status: number | null;
                            /**
                             * @description What Carillon does with the message
                             * @enum {string}
                             */
                            reaction: "retry" | "retry_pair" | "retry_sender" | "fail" | "pause_sender" | "pause_connection" | "unknown";
                            delay_seconds: number | null;
                            backoff_factor: number | null;
                            /**
                             * @description What has to change before the same can succeed
                             * @enum {string}
                             */
                            remedy: "wait" | "receipt" | "content" | "template" | "request" | "account" | "none";
                            wait_seconds: number | null;
                            reroute: ("template" | "channel") | null;
                            suppress: ("stop" | "marketing_stop") | null;
                            /** @description Somebody has to act now */
                            pages: boolean;
                            /** @description For the operator */
                            advice: string;
                            /** @description For whoever wrote the message */
                            tell: string;
                            /** @description The day of the documentation that this was read from */
                            since: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listContacts: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            name: string | null;
                            preferred_channel: ("whatsapp" | "sms" | "email") | null;
                            identities: {
                                channel: string;
                                kind: string;
                                value: string;
                            }[];
                            suppressions: {
                                channel: string;
                                kind: string;
                                reason: string;
                                source: string;
                                created_at: string;
                            }[];
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string | null;
                        preferred_channel: ("whatsapp" | "sms" | "email") | null;
                        identities: {
                            channel: string;
                            kind: string;
                            value: string;
                        }[];
                        suppressions: {
                            channel: string;
                            kind: string;
                            reason: string;
                            source: string;
                            created_at: string;
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeContact: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    preferred_channel: ("whatsapp" | "sms" | "email") | null;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string | null;
                        preferred_channel: ("whatsapp" | "sms" | "email") | null;
                        identities: {
                            channel: string;
                            kind: string;
                            value: string;
                        }[];
                        suppressions: {
                            channel: string;
                            kind: string;
                            reason: string;
                            source: string;
                            created_at: string;
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suppressContact: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                kind: "stop" | "marketing_stop" | "block";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    channel?: "whatsapp" | "sms" | "email";
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string | null;
                        preferred_channel: ("whatsapp" | "sms" | "email") | null;
                        identities: {
                            channel: string;
                            kind: string;
                            value: string;
                        }[];
                        suppressions: {
                            channel: string;
                            kind: string;
                            reason: string;
                            source: string;
                            created_at: string;
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    liftSuppression: {
        parameters: {
            query?: {
                channel?: "whatsapp" | "sms" | "email";
            };
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
                kind: "stop" | "marketing_stop" | "block";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string | null;
                        preferred_channel: ("whatsapp" | "sms" | "email") | null;
                        identities: {
                            channel: string;
                            kind: string;
                            value: string;
                        }[];
                        suppressions: {
                            channel: string;
                            kind: string;
                            reason: string;
                            source: string;
                            created_at: string;
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query?: {
                direction?: "outbound" | "inbound";
                status?: "queued" | "scheduled" | "held" | "dispatching" | "unknown" | "accepted" | "sent" | "delivered" | "read" | "played" | "failed" | "expired" | "canceled" | "blocked" | "unknown_final" | "received";
                purpose?: "authentication" | "transactional" | "service" | "marketing";
                type?: string;
                /** @description Id of a contact, a phone number with +, or an e-mail address */
                contact?: string;
                sender_id?: string;
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            direction: "outbound" | "inbound";
                            /** @enum {string} */
                            status: "queued" | "scheduled" | "held" | "dispatching" | "unknown" | "accepted" | "sent" | "delivered" | "read" | "played" | "failed" | "expired" | "canceled" | "blocked" | "unknown_final" | "received";
                            /** @enum {string} */
                            purpose: "authentication" | "transactional" | "service" | "marketing";
                            type: string;
                            content: {
                                [key: string]: unknown;
                            };
                            to: string | null;
                            recipient: string | null;
                            group_id: string | null;
                            to_email: string | null;
                            /** Format: uuid */
                            contact_id: string;
                            contact: {
                                /** Format: uuid */
                                id: string;
                                name: string | null;
                                phone: string | null;
                            };
                            participant: {
                                /** Format: uuid */
                                id: string;
                                name: string | null;
                            } | null;
                            /** Format: uuid */
                            sender_id: string;
                            reply_to: string | null;
                            choice: {
                                /**
                                 * Format: uuid
                                 * @description The message that offered it
                                 */
                                message_id: string;
                                number: number;
                                id: string;
                                title: string;
                            } | null;
                            recipient_identity_key_hash: string | null;
                            marketing_messages: {
                                /**
                                 * @description What becomes of a message that this way does not take
                                 * @enum {string}
                                 */
                                product_policy?: "CLOUD_API_FALLBACK" | "STRICT";
                                /** @description Tell Meta what people do with the message */
                                message_activity_sharing?: boolean;
                            } | null;
                            direct_send: {
                                /**
                                 * @description What the message is billed as
                                 * @enum {string}
                                 */
                                category: "utility" | "authentication" | "service";
                                /** @description For so long the provider keeps it for a phone that is off; 30 days when absent */
                                ttl_seconds?: number;
                                /** @description What the provider is to call the content */
                                template_name?: string;
                            } | null;
                            tags: string[];
                            metadata: {
                                [key: string]: string;
                            };
                            provider_message_id: string | null;
                            send_at: string | null;
                            expires_at: string | null;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                            timestamps: {
                                accepted_at: string | null;
                                sent_at: string | null;
                                delivered_at: string | null;
                                read_at: string | null;
                                played_at: string | null;
                                failed_at: string | null;
                            };
                            error: {
                                code: string;
                                title: string;
                                details: string | null;
                                advice: string | null;
                                tell: string | null;
                            } | null;
                            decision: {
                                /** @enum {string} */
                                outcome: "send" | "hold" | "block";
                                rule: string;
                                facts: {
                                    [key: string]: unknown;
                                };
                                until?: string | null;
                            } | null;
                            routing: {
                                rule: {
                                    /** Format: uuid */
                                    id: string;
                                    name: string;
                                };
                                /** @description Senders that came before, and why they did not take it */
                                skipped: {
                                    /** Format: uuid */
                                    sender_id: string;
                                    /** @enum {string} */
                                    reason: "paused" | "lane_stopped" | "not_answering" | "held" | "sender_gone" | "no_address" | "cannot_be_said" | "service_window_closed" | "unofficial" | "too_expensive" | "price_unknown";
                                    detail: string;
                                }[];
                                price: {
                                    /** @description Of one message, as a decimal: 0.075 */
                                    amount: string;
                                    /** @description ISO 4217 */
                                    currency: string;
                                } | null;
                                /** @enum {string} */
                                said_as: "as_written" | "twin" | "numbered_options" | "caption_and_link" | "map_link";
                                original: {
                                    [key: string]: unknown;
                                } | null;
                                options: {
                                    id: string;
                                    title: string;
                                }[] | null;
                                /** @description How often it was rerouted before */
                                hop: number;
                                rerouted_from: string | null;
                                rerouted_to: string | null;
                                reason: string | null;
                            } | null;
                            trace_id: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Phone number with + and country code */
                    to?: string;
                    /** @description Business-scoped user id, or WhatsApp's own that ends with @lid; one-time codes need a phone number instead */
                    recipient?: string;
                    /** @description Provider's id of a group */
                    group_id?: string;
                    /** @description E-mail address; for senders of e-mail */
                    to_email?: string;
                    /** Format: uuid */
                    contact_id?: string;
                    /**
                     * Format: uuid
                     * @description Needed when the workspace has several senders and no routing rule for the message
                     */
                    sender_id?: string;
                    /**
                     * @description Why it is sent; decides about consent, lane and retries
                     * @enum {string}
                     */
                    purpose: "authentication" | "transactional" | "service" | "marketing";
                    /** @description Content in the words of the Cloud API: its type, and an object of the same name, e.g. {"type":"text","text":{"body":"Hello"}}. Types: text, image, audio, video, document, sticker, location, contacts, reaction, interactive, template; in groups also pin; by e-mail email and text */
                    content: {
                        type: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /** Format: date-time */
                    send_at?: string;
                    /**
                     * Format: date-time
                     * @description After this it is not handed to the provider any more. How long the provider keeps it for a phone that is off is a property of the template, or direct_send.ttl_seconds
                     */
                    expires_at?: string;
                    /** @description Id of the message that is answered, ours or the provider's */
                    reply_to?: string;
                    /** @description Deliver only while the key of the phone has this hash: guards against a number that changed hands */
                    recipient_identity_key_hash?: string;
                    marketing_messages?: {
                        /**
                         * @description What becomes of a message that this way does not take
                         * @enum {string}
                         */
                        product_policy?: "CLOUD_API_FALLBACK" | "STRICT";
                        /** @description Tell Meta what people do with the message */
                        message_activity_sharing?: boolean;
                    };
                    /** @description Free content instead of a template, also outside the service window. The connection must have direct_send on */
                    direct_send?: {
                        /**
                         * @description What the message is billed as
                         * @enum {string}
                         */
                        category: "utility" | "authentication" | "service";
                        /** @description For so long the provider keeps it for a phone that is off; 30 days when absent */
                        ttl_seconds?: number;
                        /** @description What the provider is to call the content */
                        template_name?: string;
                    };
                    tags?: string[];
                    /** @description Your own data; it comes back with the message */
                    metadata?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        status: "queued" | "scheduled" | "held";
                        /** Format: date-time */
                        created_at: string;
                        decision: {
                            /** @enum {string} */
                            outcome: "send" | "hold" | "block";
                            rule: string;
                            facts: {
                                [key: string]: unknown;
                            };
                            until?: string | null;
                        };
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendMessages: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    messages: {
                        [key: string]: unknown;
                    }[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            id: string | null;
                            /** @enum {string} */
                            status: "queued" | "scheduled" | "held" | "blocked" | "refused";
                            /** Format: date-time */
                            created_at?: string;
                            decision?: {
                                /** @enum {string} */
                                outcome: "send" | "hold" | "block";
                                rule: string;
                                facts: {
                                    [key: string]: unknown;
                                };
                                until?: string | null;
                            };
                            problem?: {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainMessage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Phone number with + and country code */
                    to?: string;
                    /** @description Business-scoped user id, or WhatsApp's own that ends with @lid; one-time codes need a phone number instead */
                    recipient?: string;
                    /** @description Provider's id of a group */
                    group_id?: string;
                    /** @description E-mail address; for senders of e-mail */
                    to_email?: string;
                    /** Format: uuid */
                    contact_id?: string;
                    /**
                     * Format: uuid
                     * @description Needed when the workspace has several senders and no routing rule for the message
                     */
                    sender_id?: string;
                    /**
                     * @description Why it is sent; decides about consent, lane and retries
                     * @enum {string}
                     */
                    purpose: "authentication" | "transactional" | "service" | "marketing";
                    /** @description Content in the words of the Cloud API: its type, and an object of the same name, e.g. {"type":"text","text":{"body":"Hello"}}. Types: text, image, audio, video, document, sticker, location, contacts, reaction, interactive, template; in groups also pin; by e-mail email and text */
                    content: {
                        type: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /** Format: date-time */
                    send_at?: string;
                    /**
                     * Format: date-time
                     * @description After this it is not handed to the provider any more. How long the provider keeps it for a phone that is off is a property of the template, or direct_send.ttl_seconds
                     */
                    expires_at?: string;
                    /** @description Id of the message that is answered, ours or the provider's */
                    reply_to?: string;
                    /** @description Deliver only while the key of the phone has this hash: guards against a number that changed hands */
                    recipient_identity_key_hash?: string;
                    marketing_messages?: {
                        /**
                         * @description What becomes of a message that this way does not take
                         * @enum {string}
                         */
                        product_policy?: "CLOUD_API_FALLBACK" | "STRICT";
                        /** @description Tell Meta what people do with the message */
                        message_activity_sharing?: boolean;
                    };
                    /** @description Free content instead of a template, also outside the service window. The connection must have direct_send on */
                    direct_send?: {
                        /**
                         * @description What the message is billed as
                         * @enum {string}
                         */
                        category: "utility" | "authentication" | "service";
                        /** @description For so long the provider keeps it for a phone that is off; 30 days when absent */
                        ttl_seconds?: number;
                        /** @description What the provider is to call the content */
                        template_name?: string;
                    };
                    tags?: string[];
                    /** @description Your own data; it comes back with the message */
                    metadata?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        decision: {
                            /** @enum {string} */
                            outcome: "send" | "hold" | "block";
                            rule: string;
                            facts: {
                                [key: string]: unknown;
                            };
                            until?: string | null;
                        };
                        contact_id: string | null;
                        /** Format: uuid */
                        sender_id: string;
                        sms: {
                            /** @enum {string} */
                            encoding: "GSM-7" | "UCS-2";
                            /** @description Each is paid for */
                            segments: number;
                            /** @description As they are counted: some count twice */
                            characters: number;
                            /** @description The characters that make it UCS-2, of which 70 fit into a segment in place of 160 */
                            forcing: string[];
                        } | null;
                        routing: {
                            rule: {
                                /** Format: uuid */
                                id: string;
                                name: string;
                            };
                            /** @description Senders that came before, and why they did not take it */
                            skipped: {
                                /** Format: uuid */
                                sender_id: string;
                                /** @enum {string} */
                                reason: "paused" | "lane_stopped" | "not_answering" | "held" | "sender_gone" | "no_address" | "cannot_be_said" | "service_window_closed" | "unofficial" | "too_expensive" | "price_unknown";
                                detail: string;
                            }[];
                            price: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            } | null;
                            /** @enum {string} */
                            said_as: "as_written" | "twin" | "numbered_options" | "caption_and_link" | "map_link";
                            original: {
                                [key: string]: unknown;
                            } | null;
                            options: {
                                id: string;
                                title: string;
                            }[] | null;
                            /** @description How often it was rerouted before */
                            hop: number;
                            rerouted_from: string | null;
                            rerouted_to: string | null;
                            reason: string | null;
                        } | null;
                        reroute: {
                            sender_id: string | null;
                            rule: string | null;
                            detail: string | null;
                        } | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        direction: "outbound" | "inbound";
                        /** @enum {string} */
                        status: "queued" | "scheduled" | "held" | "dispatching" | "unknown" | "accepted" | "sent" | "delivered" | "read" | "played" | "failed" | "expired" | "canceled" | "blocked" | "unknown_final" | "received";
                        /** @enum {string} */
                        purpose: "authentication" | "transactional" | "service" | "marketing";
                        type: string;
                        content: {
                            [key: string]: unknown;
                        };
                        to: string | null;
                        recipient: string | null;
                        group_id: string | null;
                        to_email: string | null;
                        /** Format: uuid */
                        contact_id: string;
                        contact: {
                            /** Format: uuid */
                            id: string;
                            name: string | null;
                            phone: string | null;
                        };
                        participant: {
                            /** Format: uuid */
                            id: string;
                            name: string | null;
                        } | null;
                        /** Format: uuid */
                        sender_id: string;
                        reply_to: string | null;
                        choice: {
                            /**
                             * Format: uuid
                             * @description The message that offered it
                             */
                            message_id: string;
                            number: number;
                            id: string;
                            title: string;
                        } | null;
                        recipient_identity_key_hash: string | null;
                        marketing_messages: {
                            /**
                             * @description What becomes of a message that this way does not take
                             * @enum {string}
                             */
                            product_policy?: "CLOUD_API_FALLBACK" | "STRICT";
                            /** @description Tell Meta what people do with the message */
                            message_activity_sharing?: boolean;
                        } | null;
                        direct_send: {
                            /**
                             * @description What the message is billed as
                             * @enum {string}
                             */
                            category: "utility" | "authentication" | "service";
                            /** @description For so long the provider keeps it for a phone that is off; 30 days when absent */
                            ttl_seconds?: number;
                            /** @description What the provider is to call the content */
                            template_name?: string;
                        } | null;
                        tags: string[];
                        metadata: {
                            [key: string]: string;
                        };
                        provider_message_id: string | null;
                        send_at: string | null;
                        expires_at: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        timestamps: {
                            accepted_at: string | null;
                            sent_at: string | null;
                            delivered_at: string | null;
                            read_at: string | null;
                            played_at: string | null;
                            failed_at: string | null;
                        };
                        error: {
                            code: string;
                            title: string;
                            details: string | null;
                            advice: string | null;
                            tell: string | null;
                        } | null;
                        decision: {
                            /** @enum {string} */
                            outcome: "send" | "hold" | "block";
                            rule: string;
                            facts: {
                                [key: string]: unknown;
                            };
                            until?: string | null;
                        } | null;
                        routing: {
                            rule: {
                                /** Format: uuid */
                                id: string;
                                name: string;
                            };
                            /** @description Senders that came before, and why they did not take it */
                            skipped: {
                                /** Format: uuid */
                                sender_id: string;
                                /** @enum {string} */
                                reason: "paused" | "lane_stopped" | "not_answering" | "held" | "sender_gone" | "no_address" | "cannot_be_said" | "service_window_closed" | "unofficial" | "too_expensive" | "price_unknown";
                                detail: string;
                            }[];
                            price: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            } | null;
                            /** @enum {string} */
                            said_as: "as_written" | "twin" | "numbered_options" | "caption_and_link" | "map_link";
                            original: {
                                [key: string]: unknown;
                            } | null;
                            options: {
                                id: string;
                                title: string;
                            }[] | null;
                            /** @description How often it was rerouted before */
                            hop: number;
                            rerouted_from: string | null;
                            rerouted_to: string | null;
                            reason: string | null;
                        } | null;
                        trace_id: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    traceMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message: {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            direction: "outbound" | "inbound";
                            /** @enum {string} */
                            status: "queued" | "scheduled" | "held" | "dispatching" | "unknown" | "accepted" | "sent" | "delivered" | "read" | "played" | "failed" | "expired" | "canceled" | "blocked" | "unknown_final" | "received";
                            /** @enum {string} */
                            purpose: "authentication" | "transactional" | "service" | "marketing";
                            type: string;
                            content: {
                                [key: string]: unknown;
                            };
                            to: string | null;
                            recipient: string | null;
                            group_id: string | null;
                            to_email: string | null;
                            /** Format: uuid */
                            contact_id: string;
                            contact: {
                                /** Format: uuid */
                                id: string;
                                name: string | null;
                                phone: string | null;
                            };
                            participant: {
                                /** Format: uuid */
                                id: string;
                                name: string | null;
                            } | null;
                            /** Format: uuid */
                            sender_id: string;
                            reply_to: string | null;
                            choice: {
                                /**
                                 * Format: uuid
                                 * @description The message that offered it
                                 */
                                message_id: string;
                                number: number;
                                id: string;
                                title: string;
                            } | null;
                            recipient_identity_key_hash: string | null;
                            marketing_messages: {
                                /**
                                 * @description What becomes of a message that this way does not take
                                 * @enum {string}
                                 */
                                product_policy?: "CLOUD_API_FALLBACK" | "STRICT";
                                /** @description Tell Meta what people do with the message */
                                message_activity_sharing?: boolean;
                            } | null;
                            direct_send: {
                                /**
                                 * @description What the message is billed as
                                 * @enum {string}
                                 */
                                category: "utility" | "authentication" | "service";
                                /** @description For so long the provider keeps it for a phone that is off; 30 days when absent */
                                ttl_seconds?: number;
                                /** @description What the provider is to call the content */
                                template_name?: string;
                            } | null;
                            tags: string[];
                            metadata: {
                                [key: string]: string;
                            };
                            provider_message_id: string | null;
                            send_at: string | null;
                            expires_at: string | null;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                            timestamps: {
                                accepted_at: string | null;
                                sent_at: string | null;
                                delivered_at: string | null;
                                read_at: string | null;
                                played_at: string | null;
                                failed_at: string | null;
                            };
                            error: {
                                code: string;
                                title: string;
                                details: string | null;
                                advice: string | null;
                                tell: string | null;
                            } | null;
                            decision: {
                                /** @enum {string} */
                                outcome: "send" | "hold" | "block";
                                rule: string;
                                facts: {
                                    [key: string]: unknown;
                                };
                                until?: string | null;
                            } | null;
                            routing: {
                                rule: {
                                    /** Format: uuid */
                                    id: string;
                                    name: string;
                                };
                                /** @description Senders that came before, and why they did not take it */
                                skipped: {
                                    /** Format: uuid */
                                    sender_id: string;
                                    /** @enum {string} */
                                    reason: "paused" | "lane_stopped" | "not_answering" | "held" | "sender_gone" | "no_address" | "cannot_be_said" | "service_window_closed" | "unofficial" | "too_expensive" | "price_unknown";
                                    detail: string;
                                }[];
                                price: {
                                    /** @description Of one message, as a decimal: 0.075 */
                                    amount: string;
                                    /** @description ISO 4217 */
                                    currency: string;
                                } | null;
                                /** @enum {string} */
                                said_as: "as_written" | "twin" | "numbered_options" | "caption_and_link" | "map_link";
                                original: {
                                    [key: string]: unknown;
                                } | null;
                                options: {
                                    id: string;
                                    title: string;
                                }[] | null;
                                /** @description How often it was rerouted before */
                                hop: number;
                                rerouted_from: string | null;
                                rerouted_to: string | null;
                                reason: string | null;
                            } | null;
                            trace_id: string | null;
                        };
                        events: {
                            /** Format: date-time */
                            at: string;
                            kind: string;
                            title: string;
                            detail: {
                                [key: string]: unknown;
                            };
                            late?: boolean;
                            /** Format: uuid */
                            raw_webhook_id?: string;
                        }[];
                        dead_letter: {
                            [key: string]: unknown;
                        } | null;
                        media: {
                            [key: string]: unknown;
                        }[];
                        waits_for: {
                            /** @enum {string} */
                            rule: "scheduled" | "retry" | "held" | "everything_stopped" | "lane_stopped" | "sender_paused" | "sender_gone" | "provider_silent" | "earlier_unknown" | "earlier_to_person" | "person_limit" | "sender_line" | "turn" | "answer" | "receipt";
                            detail: string;
                            until: string | null;
                        } | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        direction: "outbound" | "inbound";
                        /** @enum {string} */
                        status: "queued" | "scheduled" | "held" | "dispatching" | "unknown" | "accepted" | "sent" | "delivered" | "read" | "played" | "failed" | "expired" | "canceled" | "blocked" | "unknown_final" | "received";
                        /** @enum {string} */
                        purpose: "authentication" | "transactional" | "service" | "marketing";
                        type: string;
                        content: {
                            [key: string]: unknown;
                        };
                        to: string | null;
                        recipient: string | null;
                        group_id: string | null;
                        to_email: string | null;
                        /** Format: uuid */
                        contact_id: string;
                        contact: {
                            /** Format: uuid */
                            id: string;
                            name: string | null;
                            phone: string | null;
                        };
                        participant: {
                            /** Format: uuid */
                            id: string;
                            name: string | null;
                        } | null;
                        /** Format: uuid */
                        sender_id: string;
                        reply_to: string | null;
                        choice: {
                            /**
                             * Format: uuid
                             * @description The message that offered it
                             */
                            message_id: string;
                            number: number;
                            id: string;
                            title: string;
                        } | null;
                        recipient_identity_key_hash: string | null;
                        marketing_messages: {
                            /**
                             * @description What becomes of a message that this way does not take
                             * @enum {string}
                             */
                            product_policy?: "CLOUD_API_FALLBACK" | "STRICT";
                            /** @description Tell Meta what people do with the message */
                            message_activity_sharing?: boolean;
                        } | null;
                        direct_send: {
                            /**
                             * @description What the message is billed as
                             * @enum {string}
                             */
                            category: "utility" | "authentication" | "service";
                            /** @description For so long the provider keeps it for a phone that is off; 30 days when absent */
                            ttl_seconds?: number;
                            /** @description What the provider is to call the content */
                            template_name?: string;
                        } | null;
                        tags: string[];
                        metadata: {
                            [key: string]: string;
                        };
                        provider_message_id: string | null;
                        send_at: string | null;
                        expires_at: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                        timestamps: {
                            accepted_at: string | null;
                            sent_at: string | null;
                            delivered_at: string | null;
                            read_at: string | null;
                            played_at: string | null;
                            failed_at: string | null;
                        };
                        error: {
                            code: string;
                            title: string;
                            details: string | null;
                            advice: string | null;
                            tell: string | null;
                        } | null;
                        decision: {
                            /** @enum {string} */
                            outcome: "send" | "hold" | "block";
                            rule: string;
                            facts: {
                                [key: string]: unknown;
                            };
                            until?: string | null;
                        } | null;
                        routing: {
                            rule: {
                                /** Format: uuid */
                                id: string;
                                name: string;
                            };
                            /** @description Senders that came before, and why they did not take it */
                            skipped: {
                                /** Format: uuid */
                                sender_id: string;
                                /** @enum {string} */
                                reason: "paused" | "lane_stopped" | "not_answering" | "held" | "sender_gone" | "no_address" | "cannot_be_said" | "service_window_closed" | "unofficial" | "too_expensive" | "price_unknown";
                                detail: string;
                            }[];
                            price: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            } | null;
                            /** @enum {string} */
                            said_as: "as_written" | "twin" | "numbered_options" | "caption_and_link" | "map_link";
                            original: {
                                [key: string]: unknown;
                            } | null;
                            options: {
                                id: string;
                                title: string;
                            }[] | null;
                            /** @description How often it was rerouted before */
                            hop: number;
                            rerouted_from: string | null;
                            rerouted_to: string | null;
                            reason: string | null;
                        } | null;
                        trace_id: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    markMessageAsRead: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    typing?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        read: true;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRoutingRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            name: string;
                            /** @description The rule is for messages that fit all of these; an empty object is for every message */
                            when: {
                                purposes?: ("authentication" | "transactional" | "service" | "marketing")[];
                                countries?: string[];
                                preferred_channels?: ("whatsapp" | "sms" | "email")[];
                            };
                            senders: {
                                /** Format: uuid */
                                sender_id: string;
                                price?: {
                                    /** @description Of one message, as a decimal: 0.075 */
                                    amount: string;
                                    /** @description ISO 4217 */
                                    currency: string;
                                };
                            }[];
                            /** Format: uuid */
                            id: string;
                            position: number;
                            /**
                             * @description In which order senders are tried; listed when absent
                             * @enum {string}
                             */
                            order: "listed" | "cheapest";
                            reroute: {
                                enabled: boolean;
                                max_hops: number;
                                price_ceiling?: {
                                    /** @description Of one message, as a decimal: 0.075 */
                                    amount: string;
                                    /** @description ISO 4217 */
                                    currency: string;
                                };
                                /** @description After so long a message that its sender cannot hand over goes another way; never when absent */
                                when_waiting_seconds?: number;
                            };
                            twins: {
                                template: string;
                                language: string;
                                /** @description For a channel its text (and for email a subject), with {{1}} or {{name}} where values of the body go; or for a sender another template */
                                variants: {
                                    /** @enum {string} */
                                    channel?: "whatsapp" | "sms" | "email";
                                    subject?: string;
                                    text?: string;
                                    /** Format: uuid */
                                    sender_id?: string;
                                    template?: string;
                                    language?: string;
                                }[];
                            }[];
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addRoutingRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description The rule is for messages that fit all of these; an empty object is for every message */
                    when: {
                        purposes?: ("authentication" | "transactional" | "service" | "marketing")[];
                        countries?: string[];
                        preferred_channels?: ("whatsapp" | "sms" | "email")[];
                    };
                    senders: {
                        /** Format: uuid */
                        sender_id: string;
                        price?: {
                            /** @description Of one message, as a decimal: 0.075 */
                            amount: string;
                            /** @description ISO 4217 */
                            currency: string;
                        };
                    }[];
                    /** @description Rules are looked at from the smallest; last when absent */
                    position?: number;
                    /**
                     * @description In which order senders are tried; listed when absent
                     * @enum {string}
                     */
                    order?: "listed" | "cheapest";
                    reroute?: {
                        /** @description false when absent */
                        enabled?: boolean;
                        /** @description 1 when absent */
                        max_hops?: number;
                        price_ceiling?: {
                            /** @description Of one message, as a decimal: 0.075 */
                            amount: string;
                            /** @description ISO 4217 */
                            currency: string;
                        };
                        /** @description After so long a message that its sender cannot hand over goes another way; never when absent */
                        when_waiting_seconds?: number;
                    };
                    twins?: {
                        template: string;
                        language: string;
                        /** @description For a channel its text (and for email a subject), with {{1}} or {{name}} where values of the body go; or for a sender another template */
                        variants: {
                            /** @enum {string} */
                            channel?: "whatsapp" | "sms" | "email";
                            subject?: string;
                            text?: string;
                            /** Format: uuid */
                            sender_id?: string;
                            template?: string;
                            language?: string;
                        }[];
                    }[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description The rule is for messages that fit all of these; an empty object is for every message */
                        when: {
                            purposes?: ("authentication" | "transactional" | "service" | "marketing")[];
                            countries?: string[];
                            preferred_channels?: ("whatsapp" | "sms" | "email")[];
                        };
                        senders: {
                            /** Format: uuid */
                            sender_id: string;
                            price?: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            };
                        }[];
                        /** Format: uuid */
                        id: string;
                        position: number;
                        /**
                         * @description In which order senders are tried; listed when absent
                         * @enum {string}
                         */
                        order: "listed" | "cheapest";
                        reroute: {
                            enabled: boolean;
                            max_hops: number;
                            price_ceiling?: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            };
                            /** @description After so long a message that its sender cannot hand over goes another way; never when absent */
                            when_waiting_seconds?: number;
                        };
                        twins: {
                            template: string;
                            language: string;
                            /** @description For a channel its text (and for email a subject), with {{1}} or {{name}} where values of the body go; or for a sender another template */
                            variants: {
                                /** @enum {string} */
                                channel?: "whatsapp" | "sms" | "email";
                                subject?: string;
                                text?: string;
                                /** Format: uuid */
                                sender_id?: string;
                                template?: string;
                                language?: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRoutingRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description The rule is for messages that fit all of these; an empty object is for every message */
                        when: {
                            purposes?: ("authentication" | "transactional" | "service" | "marketing")[];
                            countries?: string[];
                            preferred_channels?: ("whatsapp" | "sms" | "email")[];
                        };
                        senders: {
                            /** Format: uuid */
                            sender_id: string;
                            price?: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            };
                        }[];
                        /** Format: uuid */
                        id: string;
                        position: number;
                        /**
                         * @description In which order senders are tried; listed when absent
                         * @enum {string}
                         */
                        order: "listed" | "cheapest";
                        reroute: {
                            enabled: boolean;
                            max_hops: number;
                            price_ceiling?: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            };
                            /** @description After so long a message that its sender cannot hand over goes another way; never when absent */
                            when_waiting_seconds?: number;
                        };
                        twins: {
                            template: string;
                            language: string;
                            /** @description For a channel its text (and for email a subject), with {{1}} or {{name}} where values of the body go; or for a sender another template */
                            variants: {
                                /** @enum {string} */
                                channel?: "whatsapp" | "sms" | "email";
                                subject?: string;
                                text?: string;
                                /** Format: uuid */
                                sender_id?: string;
                                template?: string;
                                language?: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceRoutingRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description The rule is for messages that fit all of these; an empty object is for every message */
                    when: {
                        purposes?: ("authentication" | "transactional" | "service" | "marketing")[];
                        countries?: string[];
                        preferred_channels?: ("whatsapp" | "sms" | "email")[];
                    };
                    senders: {
                        /** Format: uuid */
                        sender_id: string;
                        price?: {
                            /** @description Of one message, as a decimal: 0.075 */
                            amount: string;
                            /** @description ISO 4217 */
                            currency: string;
                        };
                    }[];
                    /** @description Rules are looked at from the smallest; last when absent */
                    position?: number;
                    /**
                     * @description In which order senders are tried; listed when absent
                     * @enum {string}
                     */
                    order?: "listed" | "cheapest";
                    reroute?: {
                        /** @description false when absent */
                        enabled?: boolean;
                        /** @description 1 when absent */
                        max_hops?: number;
                        price_ceiling?: {
                            /** @description Of one message, as a decimal: 0.075 */
                            amount: string;
                            /** @description ISO 4217 */
                            currency: string;
                        };
                        /** @description After so long a message that its sender cannot hand over goes another way; never when absent */
                        when_waiting_seconds?: number;
                    };
                    twins?: {
                        template: string;
                        language: string;
                        /** @description For a channel its text (and for email a subject), with {{1}} or {{name}} where values of the body go; or for a sender another template */
                        variants: {
                            /** @enum {string} */
                            channel?: "whatsapp" | "sms" | "email";
                            subject?: string;
                            text?: string;
                            /** Format: uuid */
                            sender_id?: string;
                            template?: string;
                            language?: string;
                        }[];
                    }[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @description The rule is for messages that fit all of these; an empty object is for every message */
                        when: {
                            purposes?: ("authentication" | "transactional" | "service" | "marketing")[];
                            countries?: string[];
                            preferred_channels?: ("whatsapp" | "sms" | "email")[];
                        };
                        senders: {
                            /** Format: uuid */
                            sender_id: string;
                            price?: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            };
                        }[];
                        /** Format: uuid */
                        id: string;
                        position: number;
                        /**
                         * @description In which order senders are tried; listed when absent
                         * @enum {string}
                         */
                        order: "listed" | "cheapest";
                        reroute: {
                            enabled: boolean;
                            max_hops: number;
                            price_ceiling?: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            };
                            /** @description After so long a message that its sender cannot hand over goes another way; never when absent */
                            when_waiting_seconds?: number;
                        };
                        twins: {
                            template: string;
                            language: string;
                            /** @description For a channel its text (and for email a subject), with {{1}} or {{name}} where values of the body go; or for a sender another template */
                            variants: {
                                /** @enum {string} */
                                channel?: "whatsapp" | "sms" | "email";
                                subject?: string;
                                text?: string;
                                /** Format: uuid */
                                sender_id?: string;
                                template?: string;
                                language?: string;
                            }[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeRoutingRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        removed: true;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewRouting: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Phone number with + and country code */
                    to?: string;
                    /** @description Business-scoped user id, or WhatsApp's own that ends with @lid; one-time codes need a phone number instead */
                    recipient?: string;
                    /** @description Provider's id of a group */
                    group_id?: string;
                    /** @description E-mail address; for senders of e-mail */
                    to_email?: string;
                    /** Format: uuid */
                    contact_id?: string;
                    /**
                     * Format: uuid
                     * @description Needed when the workspace has several senders and no routing rule for the message
                     */
                    sender_id?: string;
                    /**
                     * @description Why it is sent; decides about consent, lane and retries
                     * @enum {string}
                     */
                    purpose: "authentication" | "transactional" | "service" | "marketing";
                    /** @description Content in the words of the Cloud API: its type, and an object of the same name, e.g. {"type":"text","text":{"body":"Hello"}}. Types: text, image, audio, video, document, sticker, location, contacts, reaction, interactive, template; in groups also pin; by e-mail email and text */
                    content: {
                        type: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /** Format: date-time */
                    send_at?: string;
                    /**
                     * Format: date-time
                     * @description After this it is not handed to the provider any more. How long the provider keeps it for a phone that is off is a property of the template, or direct_send.ttl_seconds
                     */
                    expires_at?: string;
                    /** @description Id of the message that is answered, ours or the provider's */
                    reply_to?: string;
                    /** @description Deliver only while the key of the phone has this hash: guards against a number that changed hands */
                    recipient_identity_key_hash?: string;
                    marketing_messages?: {
                        /**
                         * @description What becomes of a message that this way does not take
                         * @enum {string}
                         */
                        product_policy?: "CLOUD_API_FALLBACK" | "STRICT";
                        /** @description Tell Meta what people do with the message */
                        message_activity_sharing?: boolean;
                    };
                    /** @description Free content instead of a template, also outside the service window. The connection must have direct_send on */
                    direct_send?: {
                        /**
                         * @description What the message is billed as
                         * @enum {string}
                         */
                        category: "utility" | "authentication" | "service";
                        /** @description For so long the provider keeps it for a phone that is off; 30 days when absent */
                        ttl_seconds?: number;
                        /** @description What the provider is to call the content */
                        template_name?: string;
                    };
                    tags?: string[];
                    /** @description Your own data; it comes back with the message */
                    metadata?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        rule: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                        };
                        sender_id: string | null;
                        reroute: {
                            enabled: boolean;
                            max_hops: number;
                            sender_id: string | null;
                            rule: string | null;
                            detail: string | null;
                        };
                        senders: {
                            /** Format: uuid */
                            sender_id: string;
                            channel: string | null;
                            price: {
                                /** @description Of one message, as a decimal: 0.075 */
                                amount: string;
                                /** @description ISO 4217 */
                                currency: string;
                            } | null;
                            /** @description It could be sent there now */
                            goes: boolean;
                            reason: string | null;
                            detail: string | null;
                            said_as: ("as_written" | "twin" | "numbered_options" | "caption_and_link" | "map_link") | null;
                            content: {
                                [key: string]: unknown;
                            } | null;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getForwarding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string | null;
                        verified_at: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setForwarding: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description https, reachable from this server */
                    url: string;
                    /** @description The word by which the receiver knows that it was meant */
                    verify_token: string;
                    /** @description Signs every webhook (X-Hub-Signature-256); what the receiver has as its app secret */
                    app_secret: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string | null;
                        verified_at: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endForwarding: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string | null;
                        verified_at: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listForwardingDeliveries: {
        parameters: {
            query?: {
                state?: "pending" | "delivered" | "failed";
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            state: "pending" | "delivered" | "failed";
                            raw_webhook_id: string | null;
                            message_id: string | null;
                            attempts: number;
                            http_status: number | null;
                            error: string | null;
                            /** Format: date-time */
                            created_at: string;
                            attempted_at: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeliverForwarding: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        state: "pending";
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                state?: "open" | "redriven" | "discarded" | "recovered" | "rerouted";
                class?: string;
                fingerprint?: string;
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            message_id: string;
                            /** @enum {string} */
                            state: "open" | "redriven" | "discarded" | "recovered" | "rerouted";
                            /** @description rejected, retries_exhausted, reported or unknown */
                            class: string;
                            code: string;
                            title: string;
                            /** @description Equal for dead letters of one cause */
                            fingerprint: string;
                            /** Format: date-time */
                            first_at: string;
                            /** Format: date-time */
                            last_at: string;
                            failures: number;
                            redrives: number;
                            type: string;
                            purpose: string;
                            /** Format: uuid */
                            contact_id: string;
                            /** Format: uuid */
                            sender_id: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetterGroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            fingerprint: string;
                            class: string;
                            code: string;
                            title: string;
                            messages: number;
                            /** Format: date-time */
                            first_at: string;
                            /** Format: date-time */
                            last_at: string;
                        }[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redriveDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Takes the place of the content; the old one stays in the trace */
                    content?: {
                        type: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /** @description Send although the provider may have delivered it already */
                    even_if_unknown?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        redriven: number;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        discarded: number;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redriveDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    state?: "open" | "redriven" | "discarded" | "recovered" | "rerouted";
                    class?: string;
                    fingerprint?: string;
                    message_ids?: string[];
                    dry_run?: boolean;
                    /** @description 5 unless told */
                    per_second?: number;
                    even_if_unknown?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        matching: number;
                        redriven: number;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchMessages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                state?: "pending" | "applied" | "quarantined";
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            /** Format: date-time */
                            received_at: string;
                            /** @enum {string} */
                            state: "pending" | "applied" | "quarantined";
                            attempts: number;
                            error: string | null;
                            size_bytes: number;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        connection_id: string;
                        /** Format: date-time */
                        received_at: string;
                        /** @enum {string} */
                        state: "pending" | "applied" | "quarantined";
                        attempts: number;
                        error: string | null;
                        size_bytes: number;
                        body: string;
                        /** @enum {string} */
                        body_encoding: "utf8" | "base64";
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        state: "pending";
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProviderNotices: {
        parameters: {
            query?: {
                kind?: "account" | "unknown" | "unrouted" | "quarantined" | "unsupported" | "conflict";
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            connection_id: string;
                            sender_id: string | null;
                            /** Format: uuid */
                            raw_webhook_id: string;
                            /** @enum {string} */
                            kind: "account" | "unknown" | "unrouted" | "quarantined" | "unsupported" | "conflict";
                            field: string;
                            value: unknown;
                            reason: string | null;
                            /** Format: date-time */
                            received_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMedia: {
        parameters: {
            query?: {
                state?: "pending" | "stored" | "failed";
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            message_id: string;
                            kind: string;
                            mime_type: string | null;
                            filename: string | null;
                            size_bytes: number | null;
                            /** @enum {string} */
                            state: "pending" | "stored" | "failed";
                            attempts: number;
                            error: string | null;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            updated_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        message_id: string;
                        kind: string;
                        mime_type: string | null;
                        filename: string | null;
                        size_bytes: number | null;
                        /** @enum {string} */
                        state: "pending" | "stored" | "failed";
                        attempts: number;
                        error: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        updated_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryMedia: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        state: "pending";
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUploads: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: uuid
                             * @description Stands for the file in a content, e.g. {"type":"image","image":{"id":"…"}}
                             */
                            id: string;
                            filename: string | null;
                            mime_type: string | null;
                            size_bytes: number;
                            uses: {
                                /** @description A type of content */
                                kind: string;
                                /** @description Why it cannot be sent so; empty when it can */
                                problems: string[];
                            }[];
                            /** Format: date-time */
                            created_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadFile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Stands for the file in a content, e.g. {"type":"image","image":{"id":"…"}}
                         */
                        id: string;
                        filename: string | null;
                        mime_type: string | null;
                        size_bytes: number;
                        uses: {
                            /** @description A type of content */
                            kind: string;
                            /** @description Why it cannot be sent so; empty when it can */
                            problems: string[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Stands for the file in a content, e.g. {"type":"image","image":{"id":"…"}}
                         */
                        id: string;
                        filename: string | null;
                        mime_type: string | null;
                        size_bytes: number;
                        uses: {
                            /** @description A type of content */
                            kind: string;
                            /** @description Why it cannot be sent so; empty when it can */
                            problems: string[];
                        }[];
                        /** Format: date-time */
                        created_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        deleted: true;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConversations: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            sender_id: string;
                            /** Format: uuid */
                            contact_id: string;
                            contact_name: string | null;
                            last_message_id: string | null;
                            last_message_at: string | null;
                            last_direction: ("inbound" | "outbound") | null;
                            /**
                             * Format: date-time
                             * @description When the contact last spoke, or the conversation began
                             */
                            active_at: string;
                            window_expires_at: string | null;
                            /** Format: date-time */
                            created_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        sender_id: string;
                        /** Format: uuid */
                        contact_id: string;
                        contact_name: string | null;
                        last_message_id: string | null;
                        last_message_at: string | null;
                        last_direction: ("inbound" | "outbound") | null;
                        /**
                         * Format: date-time
                         * @description When the contact last spoke, or the conversation began
                         */
                        active_at: string;
                        window_expires_at: string | null;
                        /** Format: date-time */
                        created_at: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
