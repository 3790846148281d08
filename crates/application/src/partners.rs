//! The partner API: partners' programs create people and keep results, and admins look after the partners.

mod caller;
mod create_partner;
mod dictations;
mod events;
mod faults;
mod find_or_create_user;
mod list_check_results;
mod list_partners;
mod revoke_partner;
mod rotate_partner_key;
mod save_check_result;
mod view_check_result;
mod webhooks;

pub use self::{
    create_partner::{CreatePartner, CreatePartnerError, CreatedPartner},
    dictations::{ListDictations, RegisterDictation, RegisterDictationError, RetireDictation},
    faults::{PartnerCallError, UnknownPartnerError},
    find_or_create_user::{FindOrCreateUser, FindOrCreateUserRequest},
    list_check_results::ListCheckResults,
    list_partners::{FindPartner, ListPartners},
    revoke_partner::RevokePartner,
    rotate_partner_key::{RotatePartnerKey, RotatedPartnerKey},
    save_check_result::{SaveCheckResult, SaveCheckResultError, SaveCheckResultRequest},
    view_check_result::ViewCheckResult,
    webhooks::{
        ListDeliveries, ListWebhooks, RegisterWebhook, RegisterWebhookError, RegisteredWebhook,
        RemoveWebhook, ReplayDelivery,
    },
};
