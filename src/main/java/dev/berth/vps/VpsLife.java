package dev.berth.vps;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.account.Tenancy;
import dev.berth.contract.Boot.Feature;
import dev.berth.platform.Answers;
import dev.berth.platform.Caller;
import dev.berth.platform.Database;
import dev.berth.platform.InputFaults;
import dev.berth.platform.Transactions;
import dev.berth.vps.Operation.Kind;
import dev.berth.vps.VpsService.Wish;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the owner changes in a VPS that exists: its name, its keys, root's password. */
@ApplicationScoped
public class VpsLife {
    private final Database database;
    private final Transactions transactions;
    private final Tenancy tenancy;
    private final VpsService service;
    private final VpsBoot boot;

    VpsLife(Database database, Transactions transactions, Tenancy tenancy, VpsService service, VpsBoot boot) {
        this.database = database;
        this.transactions = transactions;
        this.tenancy = tenancy;
        this.service = service;
        this.boot = boot;
    }

    /**
     * What is to be changed; what is missing stays.
     *
     * @param sshKeys all of them: those that are not here lose their way in
     * @param features all of them ({@code NESTING}, {@code FUSE}, {@code TUN}); others than before are a restart
     * @param startPriority from 0 to 100: when a host boots, its VPS are started in this order, the highest first
     */
    public record Settings(
            @Nullable String hostname,
            @Nullable List<@Nullable String> sshKeys,
            @Nullable List<@Nullable String> features,
            @Nullable Long startPriority) {}

    /** What a VPS is started with, and when. */
    public record Started(List<Feature> features, long priority) {}

    public Started started(Caller caller, UUID id) {
        service.get(caller, id);
        return database.one(
                        "SELECT features, start_priority FROM vps WHERE id = ?",
                        row -> new Started(VpsBoot.stored(row), row.number("start_priority")),
                        id)
                .orElseThrow();
    }

    /** The lines of {@code authorized_keys} that the VPS is given. */
    public List<String> keys(Caller caller, UUID id) {
        service.get(caller, id);
        return keys(database, id);
    }

    static List<String> keys(Database database, UUID id) {
        return database.list(
                "SELECT public_key FROM vps_ssh_key WHERE vps_id = ? ORDER BY position",
                row -> row.text("public_key"),
                id);
    }

    /** What the first boot was told, for those who may change it. */
    public record FirstBoot(Optional<String> userData) {
        @Override
        public String toString() {
            return "FirstBoot[***]";
        }
    }

    /** Not for staff: there may be secrets in it. */
    public FirstBoot firstBoot(Caller caller, UUID id) {
        tenancy.requireChange(caller, service.byId(id).accountId(), "VPS");
        return new FirstBoot(userData(id));
    }

    /** The same for a page: empty for who may not read it. */
    public Optional<String> shownUserData(Caller caller, Vps vps) {
        return tenancy.mayChange(caller, vps.accountId()) ? userData(vps.id()) : Optional.empty();
    }

    private Optional<String> userData(UUID id) {
        return database.one("SELECT user_data FROM vps WHERE id = ?", row -> row.optionalText("user_data"), id)
                .orElseThrow();
    }

    static void addKeys(Database database, UUID id, List<String> keys) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            rows.add(new @Nullable Object[] {id.toString(), i, keys.get(i)});
        }
        database.updateAll("INSERT INTO vps_ssh_key (vps_id, position, public_key) VALUES (?, ?, ?)", rows);
    }

    /** @param version the caller has seen */
    public Operation change(Caller caller, UUID id, long version, Settings settings) {
        tenancy.requireChange(caller, service.byId(id).accountId(), "VPS");
        InputFaults faults = new InputFaults();
        Optional<String> hostname =
                Optional.ofNullable(settings.hostname()).map(text -> VpsIdentity.hostname(faults, text));
        Optional<List<String>> keys =
                Optional.ofNullable(settings.sshKeys()).map(texts -> VpsIdentity.keys(faults, texts));
        Optional<String> features = Optional.ofNullable(settings.features()).map(names -> boot.features(faults, names));
        Optional<Long> priority =
                Optional.ofNullable(settings.startPriority()).map(number -> VpsBoot.priority(faults, number));
        faults.throwIfAny();
        return transactions.run(() -> {
            Wish wish = new Wish(
                    Kind.CHANGE,
                    "hostname = COALESCE(?, hostname), features = COALESCE(?, features),"
                            + " start_priority = COALESCE(?, start_priority)");
            Operation operation = service.change(caller, id, wish, hostname, features, priority);
            // the row is locked by now: what was read before may be old
            if (service.byId(id).version() != version + 1) {
                throw Answers.stale();
            }
            keys.ifPresent(lines -> {
                database.update("DELETE FROM vps_ssh_key WHERE vps_id = ?", id);
                addKeys(database, id, lines);
            });
            return operation;
        });
    }

    /**
     * @param password told this once; empty when the request is repeated
     */
    public record PasswordReset(
            Operation operation,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> password) {
        /** As it may be stored. */
        PasswordReset untold() {
            return new PasswordReset(operation, Optional.empty());
        }

        @Override
        public String toString() {
            return "PasswordReset[operation=%s]".formatted(operation.id());
        }
    }

    /** A new password for root, which works from when the operation has ended; the node is told only its hash. */
    public PasswordReset resetPassword(Caller caller, UUID id) {
        tenancy.requireChange(caller, service.byId(id).accountId(), "VPS");
        Password password = Password.fresh();
        return transactions.run(() -> {
            Wish wish = new Wish(Kind.PASSWORD_RESET, "password_resets = password_resets + 1, password_hash = ?");
            Operation operation = service.change(caller, id, wish, password.hash());
            return new PasswordReset(operation, Optional.of(password.reveal()));
        });
    }
}
